package io.dinofs.integration;

import io.dinofs.access.Role;
import io.dinofs.access.Secret;
import io.dinofs.access.TokenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The tokens of a cluster: the servers' file of hashes, and a file for each node. */
final class Tokens {
  private final Path hashes;
  private final TokenFile file;
  private final Path directory;
  private final List<Secret> made = new ArrayList<>();

  private Tokens(Path hashes, Path directory) {
    this.hashes = hashes;
    this.file = new TokenFile(hashes);
    this.directory = directory;
  }

  /**
   * @param data of the metadata server
   * @param directory for the nodes' files; new
   */
  static Tokens beside(Path data, Path directory) throws IOException {
    Tokens tokens = new Tokens(TokenFile.beside(data), Files.createDirectory(directory));
    tokens.add("first", Role.NODE);
    return tokens;
  }

  /** Makes a token, and its file. */
  void add(String node, Role role) throws IOException {
    Secret secret = file.add(node, role);
    made.add(secret);
    Path written =
        Files.createFile(
            directory.resolve(node),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(written, secret.reveal() + "\n");
  }

  void revoke(String node) throws IOException {
    file.revoke(node);
  }

  /** How a node shows its token, which is an ordinary one if it has none yet. */
  List<String> options(String node) throws IOException {
    Path token = directory.resolve(node);
    if (!Files.exists(token)) {
      add(node, Role.NODE);
    }
    return List.of("--token-file", token.toString());
  }

  /** How the blob server is told of all tokens. */
  List<String> serverOptions() {
    return List.of("--tokens", hashes.toString());
  }

  /** All that were made. */
  List<Secret> made() {
    return List.copyOf(made);
  }
}
