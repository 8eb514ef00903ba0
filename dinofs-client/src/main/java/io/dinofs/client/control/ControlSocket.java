package io.dinofs.client.control;

import io.dinofs.config.JsonLines;
import io.dinofs.model.DaemonThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions over a Unix domain socket that only its owner may use. A few at a time; more
 * are hung up on.
 */
public final class ControlSocket implements AutoCloseable {
  /** The socket's name in the cache directory. */
  public static final String NAME = "control";

  private static final Logger log = LoggerFactory.getLogger(ControlSocket.class);
  private static final int MAX_CONNECTIONS = 8;
  private static final int MAX_QUESTION_CHARACTERS = 1 << 20;

  /** What fits into sun_path of unix(7) with its NUL, less a little. */
  private static final int MAX_PATH_BYTES = 100;

  private final Path file;
  private final Path socket;
  private final ServerSocketChannel server;
  private final Answerer answerer;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MAX_CONNECTIONS + 1,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          new DaemonThreads("control"));

  /** Knows the answers. Called by several threads. */
  @FunctionalInterface
  public interface Answerer {
    /**
     * @throws DinofsException if the asker has gone, or the question cannot be answered
     */
    void answer(Question question, Sink sink) throws DinofsException;
  }

  /** Takes lines of an answer. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @throws DinofsException CLOSED if the asker has gone
     */
    void tell(Record line) throws DinofsException;
  }

  private ControlSocket(Path file, Path socket, ServerSocketChannel server, Answerer answerer) {
    this.file = file;
    this.socket = socket;
    this.server = server;
    this.answerer = answerer;
  }

  /**
   * Begins to answer at {@code file}, which is replaced: what is there is of a process that has
   * ended. Where its path is too long for a socket, it is a link to one.
   *
   * @throws DinofsException IO
   */
  public static ControlSocket open(Path file, Answerer answerer) throws DinofsException {
    try {
      if (Files.isSymbolicLink(file)) {
        remove(Files.readSymbolicLink(file));
      }
      Files.deleteIfExists(file);
      Path socket = isTooLong(file) ? Files.createTempDirectory("dinofs-").resolve(NAME) : file;
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      if (!socket.equals(file)) {
        Files.createSymbolicLink(file, socket);
      }
      ControlSocket control = new ControlSocket(file, socket, server, answerer);
      control.threads.execute(control::accept);
      return control;
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot make the socket " + file + ": " + e.getMessage(), e);
    }
  }

  private static boolean isTooLong(Path file) {
    return file.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel connection = server.accept();
        if (threads.getActiveCount() > MAX_CONNECTIONS) {
          connection.close();
        } else {
          threads.execute(() -> serve(connection));
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        log.warn("nobody can ask this mount any more: {}", e.getMessage());
        return;
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (connection;
        BufferedReader in =
            new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8));
        BufferedWriter out =
            new BufferedWriter(Channels.newWriter(connection, StandardCharsets.UTF_8))) {
      Question question = JsonLines.read(readLine(in), Question.class);
      answerer.answer(question, line -> tell(out, line));
    } catch (IOException | RuntimeException e) {
      log.debug("a question was not answered: {}", e.toString());
    }
  }

  private static String readLine(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
      if (line.length() > MAX_QUESTION_CHARACTERS) {
        throw new DinofsException(ErrorKind.PROTOCOL, "a question without end");
      }
    }
    return line.toString();
  }

  private static void tell(BufferedWriter out, Record line) throws DinofsException {
    try {
      out.write(JsonLines.write(line));
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.CLOSED, "the asker has gone: " + e.getMessage(), e);
    }
  }

  /** Answers nobody any more. */
  @Override
  public void close() {
    try {
      server.close();
      threads.shutdownNow();
      Files.deleteIfExists(file);
      if (!socket.equals(file)) {
        remove(socket);
      }
    } catch (IOException e) {
      log.warn("cannot remove the socket {}: {}", file, e.getMessage());
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }

  /** Removes a socket that has a directory of its own. */
  private static void remove(Path socket) throws IOException {
    Files.deleteIfExists(socket);
    Path directory = socket.getParent();
    if (directory != null && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(directory);
    }
  }
}
