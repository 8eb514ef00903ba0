package io.dinofs.client;

import io.dinofs.model.DinofsException;
import io.dinofs.tls.ClientTls;
import io.dinofs.tls.ClientTls.Identity;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How TLS is spoken with the servers. */
final class TlsOptions {
  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = {
        "Speak TLS with both servers, whose certificates have to be of this authority (PEM) and name",
        "their hosts."
      })
  private String authority;

  @Option(
      names = "--tls-fingerprint",
      paramLabel = "SHA256",
      description = {
        "Speak TLS with both servers, whose certificate has to be the one of this fingerprint (hex)."
      })
  private String fingerprint;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The certificate of this node (PEM), if the servers want one.")
  private String certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's key: PEM, PKCS #8, without a password.")
  private String key;

  TlsOptions() {}

  /**
   * @param file where the command line is silent
   * @return empty for connections without TLS
   * @throws IllegalArgumentException if the options do not fit together
   * @throws DinofsException NOT_FOUND, INVALID for a file
   */
  Optional<ClientTls> open(ClientConfig file) throws DinofsException {
    String ca = Options.first(authority, file.tlsCa(), null);
    String pin = Options.first(fingerprint, file.tlsFingerprint(), null);
    Optional<Identity> identity =
        identity(
            Options.first(certificate, file.tlsCert(), null),
            Options.first(key, file.tlsKey(), null));
    if (ca != null && pin != null) {
      throw new IllegalArgumentException("--tls-ca and --tls-fingerprint exclude each other");
    }
    if (pin != null) {
      return Optional.of(ClientTls.pinned(pin, identity));
    }
    if (ca != null) {
      return Optional.of(ClientTls.trusting(WorkingDirectory.ofUser().resolve(ca), identity));
    }
    if (identity.isPresent()) {
      throw new IllegalArgumentException("--tls-cert needs --tls-ca or --tls-fingerprint");
    }
    return Optional.empty();
  }

  private static Optional<Identity> identity(String certificate, String key) {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("--tls-cert and --tls-key belong together");
    }
    WorkingDirectory directory = WorkingDirectory.ofUser();
    return certificate == null
        ? Optional.empty()
        : Optional.of(new Identity(directory.resolve(certificate), directory.resolve(key)));
  }
}
