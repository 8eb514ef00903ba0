package io.dinofs.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dinofs.tls.ClientTls.Identity;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Both implementations let in whom they should, and nobody else. */
@ParameterizedClass
@EnumSource(
    value = SslProvider.class,
    names = {"JDK", "OPENSSL"})
final class TlsTest {
  private static final String HOST = "localhost";
  private static final byte[] MESSAGE = new byte[100_000];

  @TempDir private static Path directory;

  @Parameter private SslProvider provider;

  @BeforeAll
  static void makeCertificates() throws Exception {
    new Random(1).nextBytes(MESSAGE);
    make("own");
    make("foreign");
  }

  @BeforeEach
  void requireProvider() {
    assumeTrue(provider == SslProvider.JDK || OpenSsl.isAvailable(), "no native TLS here");
  }

  private static void make(String name) throws Exception {
    Path script = Path.of("../scripts/make-certs").toAbsolutePath();
    Path log = directory.resolve(name + ".log");
    Process process =
        new ProcessBuilder(
                script.toString(), directory.resolve(name).toString(), HOST + ",127.0.0.1", "node")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> "see " + log);
  }

  private static Path file(String name) {
    return directory.resolve(name);
  }

  private static Optional<Identity> node(String authority) {
    return Optional.of(new Identity(file(authority + "/node.pem"), file(authority + "/node.key")));
  }

  private ServerTls server(Optional<Path> clients) throws Exception {
    return ServerTls.open(file("own/server.pem"), file("own/server.key"), clients, provider);
  }

  private ClientTls client(String trusted, Optional<Identity> identity) throws Exception {
    return ClientTls.trusting(file(trusted + "/ca.pem"), identity, provider);
  }

  private ClientTls pinned(String certificate) throws Exception {
    Certificate encoded = Pem.certificates(file(certificate))[0];
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded.getEncoded());
    return ClientTls.pinned(HexFormat.of().formatHex(digest), Optional.empty(), provider);
  }

  private static void assertTalk(EchoServer server, ClientTls client, String host)
      throws Exception {
    assertArrayEquals(MESSAGE, server.ask(client, host, MESSAGE));
    assertArrayEquals(MESSAGE, server.askBySocket(client, host, MESSAGE));
  }

  private static void assertRefused(EchoServer server, ClientTls client, String host) {
    assertThrows(IOException.class, () -> server.ask(client, host, MESSAGE));
    assertThrows(IOException.class, () -> server.askBySocket(client, host, MESSAGE));
  }

  @Test
  void aServerOfTheAuthorityThatNamesItsHostIsTrustedAndNoOther() throws Exception {
    try (EchoServer server = new EchoServer(server(Optional.empty()))) {
      assertTalk(server, client("own", Optional.empty()), HOST);
      assertTalk(server, client("own", Optional.empty()), "127.0.0.1");
      assertRefused(server, client("own", Optional.empty()), "elsewhere");
      assertRefused(server, client("foreign", Optional.empty()), HOST);
    }
  }

  @Test
  void aPinnedCertificateIsTrustedWhateverItNamesAndNoOther() throws Exception {
    try (EchoServer server = new EchoServer(server(Optional.empty()))) {
      assertTalk(server, pinned("own/server.pem"), "elsewhere");
      assertRefused(server, pinned("foreign/server.pem"), HOST);
      assertRefused(server, pinned("own/ca.pem"), HOST);
    }
  }

  @Test
  void aNodeHasToShowACertificateOfTheAuthorityWhereThatIsAsked() throws Exception {
    try (EchoServer server = new EchoServer(server(Optional.of(file("own/ca.pem"))))) {
      assertTalk(server, client("own", node("own")), HOST);
      assertRefused(server, client("own", Optional.empty()), HOST);
      assertRefused(server, client("own", node("foreign")), HOST);
    }
  }

  @Test
  void itSpeaksVersions12And13AndNoneBefore() throws Exception {
    SSLContext context = client("own", Optional.empty()).context();
    try (EchoServer server = new EchoServer(server(Optional.empty()))) {
      for (String version : List.of("TLSv1.2", "TLSv1.3")) {
        try (SSLSocket socket = connected(context, server.port(), version)) {
          socket.startHandshake();
          assertEquals(version, socket.getSession().getProtocol());
        }
      }
      try (SSLSocket socket = connected(context, server.port(), "TLSv1.1")) {
        assertThrows(IOException.class, socket::startHandshake);
      }
    }
  }

  private static SSLSocket connected(SSLContext context, int port, String version)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  @Test
  void plainTextIsNotAnsweredInPlainText() throws Exception {
    try (EchoServer server = new EchoServer(server(Optional.empty()));
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertEquals(-1, answer.indexOf("GET"), answer);
    }
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsRefused() {
    assertThrows(
        IOException.class,
        () ->
            ServerTls.open(
                file("own/server.pem"), file("own/node.key"), Optional.empty(), provider));
    assertThrows(
        IOException.class,
        () ->
            client(
                "own", Optional.of(new Identity(file("own/node.pem"), file("foreign/node.key")))));
  }
}
