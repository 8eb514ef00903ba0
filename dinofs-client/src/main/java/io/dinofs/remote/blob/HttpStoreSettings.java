package io.dinofs.remote.blob;

import io.dinofs.access.Access;
import java.net.URI;
import java.time.Duration;

/**
 * How an {@link HttpStore} speaks with its server.
 *
 * @param server {@code http://HOST:PORT}, or with TLS {@code https://HOST:PORT}, without a path
 * @param access how the server is known, and the node to it
 * @param connectLimit how long to wait for a connection
 * @param answerLimit how long an answer, with its body, may take beside {@code waitForBlob}
 * @param waitForBlob how long the server holds a get of a blob that it has not got yet; at most a
 *     minute; zero to not wait
 * @param attempts how often a request is sent in all when connections fail; there is no wait in
 *     between
 */
public record HttpStoreSettings(
    URI server,
    Access access,
    Duration connectLimit,
    Duration answerLimit,
    Duration waitForBlob,
    int attempts) {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  /**
   * @throws IllegalArgumentException for another kind of address, limits that are not positive, or
   *     a wait of more than a minute
   */
  public HttpStoreSettings {
    boolean hasPath = server.getRawPath() != null && server.getRawPath().length() > 1;
    boolean plain = server.getRawQuery() == null && server.getRawUserInfo() == null && !hasPath;
    String scheme = access.tls().isPresent() ? "https" : "http";
    if (!scheme.equals(server.getScheme()) || server.getHost() == null || !plain) {
      throw new IllegalArgumentException(
          "%s TLS the blob server's address is %s://HOST:PORT, not %s"
              .formatted(access.tls().isPresent() ? "with" : "without", scheme, server));
    }
    if (!isPositive(connectLimit)
        || !isPositive(answerLimit)
        || waitForBlob.isNegative()
        || waitForBlob.compareTo(LONGEST_WAIT) > 0
        || attempts < 1) {
      throw new IllegalArgumentException("limits out of range");
    }
  }

  private static boolean isPositive(Duration limit) {
    return !limit.isNegative() && !limit.isZero();
  }

  /** With neither TLS nor a token. */
  public HttpStoreSettings(
      URI server, Duration connectLimit, Duration answerLimit, Duration waitForBlob, int attempts) {
    this(server, Access.NONE, connectLimit, answerLimit, waitForBlob, attempts);
  }

  /** What a mount uses: no call takes longer than {@code limit}, a get up to twice as long. */
  public static HttpStoreSettings of(URI server, Access access, Duration limit) {
    Duration wait = limit.compareTo(LONGEST_WAIT) < 0 ? limit : LONGEST_WAIT;
    return new HttpStoreSettings(server, access, limit, limit, wait, 3);
  }
}
