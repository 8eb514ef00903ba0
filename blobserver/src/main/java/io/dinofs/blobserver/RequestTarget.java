package io.dinofs.blobserver;

import io.dinofs.model.BlobKey;
import io.dinofs.model.VolumeId;
import io.dinofs.store.CollectableStore;
import java.time.Duration;
import java.util.Optional;

/** What the target of a request line names (RFC 9112, section 3.2). */
sealed interface RequestTarget {
  /** The most seconds that a request waits for a blob; more is taken as this many. */
  int MAX_WAIT_SECONDS = 60;

  /**
   * @param waitSeconds how long to wait for the blob if it is not there; 0 to not wait
   */
  record Blob(BlobKey key, int waitSeconds) implements RequestTarget {}

  /** A blob, if it is as old as that. */
  record OldBlob(BlobKey key, Duration age) implements RequestTarget {}

  /**
   * A part of the list of all blobs.
   *
   * @param part 0 to {@link CollectableStore#PARTS} - 1
   */
  record Part(int part) implements RequestTarget {}

  /** The list of volumes. */
  record Volumes() implements RequestTarget {}

  /** One of the volumes. */
  record Volume(VolumeId volume) implements RequestTarget {}

  /** Whether the server works. */
  record Health() implements RequestTarget {}

  /** Figures of the server's work. */
  record Metrics() implements RequestTarget {}

  /** Something that no server of this kind has. */
  record Unknown() implements RequestTarget {}

  /** A blob, asked for in a way that is not understood. */
  record Malformed(String reason) implements RequestTarget {}

  String HEALTH_PATH = "/healthz";
  String METRICS_PATH = "/metrics";
  String PARTS_PATH = "/blobs/";
  String VOLUMES_PATH = "/volumes";

  /** Reads an origin-form or absolute-form target; a path is taken literally, never decoded. */
  static RequestTarget parse(String target) {
    String local = withoutAuthority(target);
    int mark = local.indexOf('?');
    String path = mark < 0 ? local : local.substring(0, mark);
    if (path.equals(HEALTH_PATH)) {
      return new Health();
    }
    if (path.equals(METRICS_PATH)) {
      return new Metrics();
    }
    if (path.equals(VOLUMES_PATH)) {
      return new Volumes();
    }
    if (path.startsWith(VOLUMES_PATH + "/")) {
      return VolumeList.parse(path.substring(VOLUMES_PATH.length() + 1))
          .<RequestTarget>map(Volume::new)
          .orElse(new Unknown());
    }
    if (path.startsWith(PARTS_PATH)) {
      return parsePart(path.substring(PARTS_PATH.length()));
    }
    if (!path.startsWith("/")) {
      return new Unknown();
    }
    Optional<BlobKey> key = BlobKey.parse(path.substring(1));
    if (key.isEmpty()) {
      return new Unknown();
    }
    return mark < 0 ? new Blob(key.get(), 0) : parseQuery(key.get(), local.substring(mark + 1));
  }

  private static String withoutAuthority(String target) {
    int scheme = target.startsWith("http://") ? "http://".length() : 0;
    if (scheme == 0) {
      return target;
    }
    int path = target.indexOf('/', scheme);
    return path < 0 ? "/" : target.substring(path);
  }

  private static RequestTarget parsePart(String digits) {
    boolean small = isNumber(digits) && digits.length() < 4;
    int part = small ? Integer.parseInt(digits) : CollectableStore.PARTS;
    return part < CollectableStore.PARTS ? new Part(part) : new Unknown();
  }

  private static RequestTarget parseQuery(BlobKey key, String query) {
    String wait = "wait=";
    String older = "older=";
    String digits = query.substring(query.indexOf('=') + 1);
    if (query.startsWith(wait) && isNumber(digits)) {
      boolean small = digits.length() < 4;
      int seconds = small ? Integer.parseInt(digits) : MAX_WAIT_SECONDS;
      return new Blob(key, Math.min(seconds, MAX_WAIT_SECONDS));
    } else if (query.startsWith(older) && isNumber(digits) && digits.length() < 10) {
      return new OldBlob(key, Duration.ofSeconds(Long.parseLong(digits)));
    }
    return new Malformed("the query of a blob is wait=SECONDS or older=SECONDS, not " + query);
  }

  private static boolean isNumber(String digits) {
    return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
