package io.dinofs.store.s3;

import io.dinofs.config.Section;
import io.dinofs.model.DinofsException;
import io.dinofs.store.configured.StoreType;
import io.dinofs.store.configured.StoreTypes;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Objects in a bucket. Credentials come by the SDK's usual chain. */
public final class S3Type implements StoreType {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "s3";
  }

  @Override
  public Map<String, String> keys() {
    return Map.of(
        "bucket", "the bucket, which has to exist",
        "prefix", "a folder in it, for this store only",
        "endpoint", "the URL of a server that is not Amazon's",
        "region", "the bucket's region, if the environment does not tell it",
        "pathStyle", "true if the bucket is told in the path of URLs");
  }

  @Override
  public Definition read(Section section, StoreTypes types) throws DinofsException {
    S3Location location;
    try {
      location =
          new S3Location(
              section.text("bucket"),
              S3Location.folder(section.optionalText("prefix").orElse("")),
              section.optionalText("endpoint").map(URI::create),
              section.optionalText("region"),
              section.truth("pathStyle", false));
    } catch (IllegalArgumentException e) {
      throw section.wrong("bucket, prefix or endpoint", e.getMessage());
    }
    return at(location);
  }

  /** A store there; each call may take half a minute. */
  public static Definition at(S3Location location) {
    return () -> S3Store.open(location, LIMIT);
  }
}
