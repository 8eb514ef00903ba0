package io.dinofs.blobserver;

import io.dinofs.model.BlobKey;
import java.util.Optional;

/** What the target of a request line names (RFC 9112, section 3.2). */
sealed interface RequestTarget {
  /** The most seconds that a request waits for a blob; more is taken as this many. */
  int MAX_WAIT_SECONDS = 60;

  /**
   * @param waitSeconds how long to wait for the blob if it is not there; 0 to not wait
   */
  record Blob(BlobKey key, int waitSeconds) implements RequestTarget {}

  /** Whether the server works. */
  record Health() implements RequestTarget {}

  /** Something that no server of this kind has. */
  record Unknown() implements RequestTarget {}

  /** A blob, asked for in a way that is not understood. */
  record Malformed(String reason) implements RequestTarget {}

  String HEALTH_PATH = "/healthz";

  /** Reads an origin-form or absolute-form target; a path is taken literally, never decoded. */
  static RequestTarget parse(String target) {
    String local = withoutAuthority(target);
    int mark = local.indexOf('?');
    String path = mark < 0 ? local : local.substring(0, mark);
    if (path.equals(HEALTH_PATH)) {
      return new Health();
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

  private static RequestTarget parseQuery(BlobKey key, String query) {
    String prefix = "wait=";
    String digits = query.startsWith(prefix) ? query.substring(prefix.length()) : "";
    boolean isNumber = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber) {
      return new Malformed("the query of a blob is wait=SECONDS, not " + query);
    }
    boolean small = digits.length() < 4;
    int seconds = small ? Integer.parseInt(digits) : MAX_WAIT_SECONDS;
    return new Blob(key, Math.min(seconds, MAX_WAIT_SECONDS));
  }
}
