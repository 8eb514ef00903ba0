package io.dinofs.access;

import io.dinofs.config.JsonLines;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file of a volume's tokens, one JSON object in a line each, of which the token itself is no
 * part. It is replaced as a whole, so that a server never reads half of it. That it is there, be it
 * empty, means that a token is needed.
 */
public final class TokenFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int MAX_BYTES = 4 << 20;

  private final Path file;

  public TokenFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** Where a data directory's tokens are: beside it, so that a restored volume has them too. */
  public static Path beside(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    return absolute.resolveSibling(absolute.getFileName() + ".tokens");
  }

  /** A line of the file. */
  record Line(String node, String role, String added, String hash) {}

  /** What may be told of a token. */
  public record Listed(String node, Role role, Instant added) {}

  Path path() {
    return file;
  }

  /**
   * Makes a token for a node that has none.
   *
   * @return the token, which is nowhere else
   * @throws DinofsException EXISTS if the node has one; IO, CORRUPT
   * @throws IllegalArgumentException if it is no name for a node
   */
  public Secret add(String node, Role role) throws DinofsException {
    Secret secret = Secret.random(node);
    Token added = Token.of(secret, role, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    change(
        tokens -> {
          if (tokens.putIfAbsent(node, added) != null) {
            throw new DinofsException(
                ErrorKind.EXISTS,
                node + " has a token: replace or revoke that, or take another name");
          }
        });
    return secret;
  }

  /**
   * Makes another token for a node, which may do what it might; the one before counts no more.
   *
   * @return the token, which is nowhere else
   * @throws DinofsException NOT_FOUND if the node has none; IO, CORRUPT
   */
  public Secret replace(String node) throws DinofsException {
    Secret secret = Secret.random(node);
    change(
        tokens -> {
          Token before = tokens.get(node);
          if (before == null) {
            throw new DinofsException(ErrorKind.NOT_FOUND, "there is no token of " + node);
          }
          Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
          tokens.put(node, Token.of(secret, before.role(), now));
        });
    return secret;
  }

  /**
   * Takes a node's token away. The file stays, also when it was the last.
   *
   * @throws DinofsException NOT_FOUND if the node has none; IO, CORRUPT
   */
  public void revoke(String node) throws DinofsException {
    change(
        tokens -> {
          if (tokens.remove(node) == null) {
            throw new DinofsException(ErrorKind.NOT_FOUND, "there is no token of " + node);
          }
        });
  }

  /**
   * In the order of their coming; none if there is no file.
   *
   * @throws DinofsException IO, CORRUPT
   */
  public List<Listed> list() throws DinofsException {
    List<Listed> listed = new ArrayList<>();
    for (Token token : read().orElse(Map.of()).values()) {
      listed.add(new Listed(token.node(), token.role(), token.added()));
    }
    return listed;
  }

  /** The tokens by their nodes; empty if there is no file. */
  Optional<Map<String, Token>> read() throws DinofsException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new DinofsException(ErrorKind.CORRUPT, file + " is too long for a file of tokens");
      }
      Map<String, Token> tokens = new LinkedHashMap<>();
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        Token token = parse(line);
        tokens.put(token.node(), token);
      }
      return Optional.of(tokens);
    } catch (DinofsException e) {
      throw e;
    } catch (CharacterCodingException e) {
      throw new DinofsException(ErrorKind.CORRUPT, file + " is no file of tokens: " + e, e);
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot read " + file + ": " + e, e);
    }
  }

  private Token parse(String text) throws DinofsException {
    try {
      Line line = JsonLines.read(text, Line.class);
      Role role =
          Role.parse(line.role()).orElseThrow(() -> new IllegalArgumentException("no such role"));
      if (line.node() == null || line.hash() == null || line.added() == null) {
        throw new IllegalArgumentException("a key is missing");
      }
      return new Token(line.node(), role, Instant.parse(line.added()), line.hash());
    } catch (DinofsException | IllegalArgumentException | DateTimeException e) {
      throw new DinofsException(
          ErrorKind.CORRUPT, file + " has a line that is no token: " + e.getMessage(), e);
    }
  }

  @FunctionalInterface
  private interface Change {
    void apply(Map<String, Token> tokens) throws DinofsException;
  }

  /** Two commands at once follow each other. */
  private void change(Change change) throws DinofsException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(
                lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNERS);
        var held = channel.lock()) {
      Map<String, Token> tokens = new LinkedHashMap<>(read().orElse(Map.of()));
      change.apply(tokens);
      Files.deleteIfExists(beside);
      write(beside, tokens);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
      // Held until here, whatever else is looked at.
      assert held.isValid();
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot change " + file + ": " + e, e);
    }
  }

  private static void write(Path target, Map<String, Token> tokens) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens.values()) {
      Line line =
          new Line(token.node(), token.role().toString(), token.added().toString(), token.hash());
      text.append(JsonLines.write(line)).append('\n');
    }
    try (FileChannel out =
        FileChannel.open(
            target, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNERS)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }
}
