package io.dinofs.store.s3;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where in which bucket.
 *
 * @param prefix what the names of all objects begin with, at most {@value #MAX_PREFIX_BYTES} bytes;
 *     may be empty
 * @param endpoint of a server that is not Amazon's
 * @param region empty for that of the SDK's usual chain
 * @param pathStyle whether the bucket is told in the path and not in the host name
 */
public record S3Location(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    boolean pathStyle) {
  /** Leaves room for the longest key in the 1024 bytes of an object's name. */
  public static final int MAX_PREFIX_BYTES = 300;

  private static final Set<String> PARAMETERS = Set.of("endpoint", "region", "pathStyle");

  /**
   * @throws IllegalArgumentException if there is no bucket or the prefix is too long; the message
   *     is for people
   */
  public S3Location {
    if (bucket.isEmpty()) {
      throw new IllegalArgumentException("no bucket");
    }
    if (prefix.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
      throw new IllegalArgumentException("a prefix has at most " + MAX_PREFIX_BYTES + " bytes");
    }
    if (endpoint.isPresent() && endpoint.get().getHost() == null) {
      throw new IllegalArgumentException("an endpoint is http[s]://HOST[:PORT]");
    }
  }

  /**
   * As users write it: {@code s3://BUCKET/PREFIX?endpoint=URL&region=NAME&pathStyle=true}, the
   * parameters in any order and each optional.
   *
   * @throws IllegalArgumentException if it is no such URL; the message is for people
   */
  public static S3Location parse(String text) {
    URI url = URI.create(text);
    if (!"s3".equals(url.getScheme()) || url.getRawAuthority() == null) {
      throw new IllegalArgumentException("not s3://BUCKET/PREFIX: " + text);
    }
    Map<String, String> parameters = parameters(url);
    return new S3Location(
        url.getRawAuthority(),
        folder(url.getPath()),
        Optional.ofNullable(parameters.get("endpoint")).map(URI::create),
        Optional.ofNullable(parameters.get("region")),
        Boolean.parseBoolean(parameters.getOrDefault("pathStyle", "false")));
  }

  private static Map<String, String> parameters(URI url) {
    Map<String, String> parameters = new HashMap<>();
    String query = url.getRawQuery();
    for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals < 0 || !PARAMETERS.contains(parameter.substring(0, equals))) {
        throw new IllegalArgumentException(
            "not a parameter of an s3:// URL: " + parameter + "; there are " + PARAMETERS);
      }
      parameters.put(
          parameter.substring(0, equals),
          URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return parameters;
  }

  /** {@code a/b/} of {@code /a/b}; nothing of nothing. */
  static String folder(String path) {
    String trimmed = path.replaceAll("^/+|/+$", "");
    return trimmed.isEmpty() ? "" : trimmed + "/";
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + prefix;
  }
}
