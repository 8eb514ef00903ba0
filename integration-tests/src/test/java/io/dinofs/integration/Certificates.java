package io.dinofs.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * An authority, and certificates of it for servers on this machine and for a node, by
 * scripts/make-certs.
 */
final class Certificates {
  private final Path directory;

  private Certificates(Path directory) {
    this.directory = directory;
  }

  static Certificates make(Path directory) throws IOException {
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    List<String> arguments = List.of(directory.toString(), "127.0.0.1,localhost", "node");
    try (Program program = Program.start("make-certs", log, arguments)) {
      if (program.awaitExit() != 0) {
        throw new IOException("no certificates: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return new Certificates(directory);
  }

  Path authority() {
    return directory.resolve("ca.pem");
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Of a server that speaks only with nodes that have a certificate of the authority. */
  String[] serverOptions() {
    return new String[] {
      "--tls-cert", file("server.pem").toString(),
      "--tls-key", file("server.key").toString(),
      "--tls-client-ca", authority().toString()
    };
  }

  /** Of a node that shows {@code own} certificate to servers of this authority. */
  List<String> nodeOptions(Certificates own) {
    List<String> options = new ArrayList<>(List.of("--tls-ca", authority().toString()));
    options.addAll(own.identity());
    return options;
  }

  List<String> identity() {
    return List.of(
        "--tls-cert", file("node.pem").toString(), "--tls-key", file("node.key").toString());
  }

  /** The server's are those of {@code other} from now on. */
  void takeServerFrom(Certificates other) throws IOException {
    for (String name : List.of("server.key", "server.pem")) {
      Path copy = Files.copy(other.file(name), file(name + ".copy"));
      Files.move(copy, file(name), StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
