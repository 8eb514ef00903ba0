package io.dinofs.client.control;

import io.dinofs.config.JsonLines;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One question to a running client, and its answer. For one thread. */
public final class ControlConnection implements AutoCloseable {
  private final SocketChannel channel;
  private final BufferedReader in;

  private ControlConnection(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  /**
   * Asks the client that has {@code cache} as its cache directory.
   *
   * @throws DinofsException UNAVAILABLE if there is none, or it belongs to another user
   */
  public static ControlConnection ask(Path cache, Question question) throws DinofsException {
    Path file = cache.resolve(ControlSocket.NAME);
    try {
      Path socket = Files.isSymbolicLink(file) ? Files.readSymbolicLink(file) : file;
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      ByteBuffer line = StandardCharsets.UTF_8.encode(JsonLines.write(question) + "\n");
      while (line.hasRemaining()) {
        channel.write(line);
      }
      return new ControlConnection(channel);
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.UNAVAILABLE, "no dinofs answers at " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The next line of the answer; empty at its end.
   *
   * @throws DinofsException PROTOCOL, IO
   */
  public <T extends Record> Optional<T> next(Class<T> type) throws DinofsException {
    String line;
    try {
      line = in.readLine();
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "dinofs hung up: " + e.getMessage(), e);
    }
    return line == null ? Optional.empty() : Optional.of(JsonLines.read(line, type));
  }

  @Override
  public void close() throws DinofsException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot hang up: " + e.getMessage(), e);
    }
  }
}
