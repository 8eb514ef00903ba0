package io.dinofs.access;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.tls.ClientTls;
import java.net.InetAddress;
import java.util.Optional;

/**
 * How a node knows the servers, and they it.
 *
 * @param tls empty for connections without TLS
 * @param token what the node shows; empty for none
 * @param insecure whether it may show that to other machines without TLS
 */
public record Access(Optional<ClientTls> tls, Optional<ShownToken> token, boolean insecure) {
  /** Neither TLS nor a token. */
  public static final Access NONE = new Access(Optional.empty(), Optional.empty(), false);

  /**
   * @throws DinofsException ACCESS_DENIED if the token could be read on its way to that server
   */
  public void requireConfidential(InetAddress server) throws DinofsException {
    if (token.isPresent() && tls.isEmpty() && !insecure && !server.isLoopbackAddress()) {
      throw new DinofsException(
          ErrorKind.ACCESS_DENIED,
          "the token would go to "
              + server.getHostAddress()
              + " in plain text: speak TLS (--tls-ca), or say --insecure");
    }
  }
}
