package io.dinofs.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.DinofsException;
import io.dinofs.tls.ClientTls;
import io.dinofs.tls.ServerTls;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Certificates for 127.0.0.1 that openssl makes: of an authority "ca", of another one, of none, too
 * old, and for somebody else.
 */
final class HandmadeCertificates {
  private static final String SCRIPT =
      """
      set -e
      cd "$1"
      key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
      openssl req -x509 $key -days 9 -subj /CN=ca -keyout ca.key -out ca.pem
      openssl req -x509 $key -days 9 -subj /CN=other -keyout other.key -out other.pem
      openssl req -x509 $key -days 9 -subj /CN=self -addext subjectAltName=IP:127.0.0.1 \\
        -keyout self-signed.key -out self-signed.pem
      echo subjectAltName=IP:127.0.0.1 >here
      echo subjectAltName=DNS:elsewhere.example >there
      issue() {
        openssl req -new $key -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
        openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -days "$3" -extfile "$4" \\
          -out "$1.pem"
      }
      issue right ca 9 here
      issue expired ca -1 here
      issue foreign other 9 here
      issue elsewhere ca 9 there
      """;

  private final Path directory;

  private HandmadeCertificates(Path directory) {
    this.directory = directory;
  }

  static HandmadeCertificates in(Path directory) throws Exception {
    Path log = directory.resolve("openssl.log");
    Process openssl =
        new ProcessBuilder("sh", "-c", SCRIPT, "sh", directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertEquals(0, openssl.waitFor(), () -> "see " + log);
    return new HandmadeCertificates(directory);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  /** A server that shows a certificate and wants one of the authority. */
  ServerTls server(String name) throws DinofsException {
    return ServerTls.open(file(name + ".pem"), file(name + ".key"), Optional.of(file("ca.pem")));
  }

  /** A node that trusts the authority and shows a certificate. */
  ClientTls node(String name) throws DinofsException {
    return node(Optional.of(new ClientTls.Identity(file(name + ".pem"), file(name + ".key"))));
  }

  /** A node that trusts the authority. */
  ClientTls node(Optional<ClientTls.Identity> identity) throws DinofsException {
    return ClientTls.trusting(file("ca.pem"), identity);
  }
}
