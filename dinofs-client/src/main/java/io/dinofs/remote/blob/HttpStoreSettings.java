package io.dinofs.remote.blob;

import io.dinofs.tls.ClientTls;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How an {@link HttpStore} speaks with its server.
 *
 * @param server {@code http://HOST:PORT}, or with TLS {@code https://HOST:PORT}, without a path
 * @param tls empty for connections without TLS
 * @param connectLimit how long to wait for a connection
 * @param answerLimit how long an answer, with its body, may take beside {@code waitForBlob}
 * @param waitForBlob how long the server holds a get of a blob that it has not got yet; at most a
 *     minute; zero to not wait
 * @param attempts how often a request is sent in all when connections fail; there is no wait in
 *     between
 */
public record HttpStoreSettings(
    URI server,
    Optional<ClientTls> tls,
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
    String scheme = tls.isPresent() ? "https" : "http";
    if (!scheme.equals(server.getScheme()) || server.getHost() == null || !plain) {
      throw new IllegalArgumentException(
          "%s TLS the blob server's address is %s://HOST:PORT, not %s"
              .formatted(tls.isPresent() ? "with" : "without", scheme, server));
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

  /** Without TLS. */
  public HttpStoreSettings(
      URI server, Duration connectLimit, Duration answerLimit, Duration waitForBlob, int attempts) {
    this(server, Optional.empty(), connectLimit, answerLimit, waitForBlob, attempts);
  }

  /** What a mount uses: no call takes longer than {@code limit}, a get up to twice as long. */
  public static HttpStoreSettings of(URI server, Optional<ClientTls> tls, Duration limit) {
    Duration wait = limit.compareTo(LONGEST_WAIT) < 0 ? limit : LONGEST_WAIT;
    return new HttpStoreSettings(server, tls, limit, limit, wait, 3);
  }
}
