package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One TCP connection. Any thread sends, one receives. A thread that sends or receives for too long
 * is freed by {@link #close} from another one.
 */
final class Link implements AutoCloseable {
  private static final int READ_BYTES = 64 * 1024;

  /** Under TLS, if there is TLS: whoever waits in it is freed at once when this is closed. */
  private final Socket socket;

  private final InputStream in;
  private final OutputStream out;

  /** Keeps messages apart on the socket. */
  private final ReentrantLock sending = new ReentrantLock();

  /**
   * When a message began to be sent that is not with the kernel yet, as {@link System#nanoTime};
   * null while there is none. Written under sending.
   */
  private volatile Long sendingSince;

  private final ByteBuf sendBuffer = Unpooled.buffer(1024); // guarded by sending

  /** Used by the receiving thread only. */
  private final ByteBuf received = Unpooled.buffer(READ_BYTES);

  private Link(Socket socket, Socket secured) throws IOException {
    this.socket = socket;
    this.in = secured.getInputStream();
    this.out = secured.getOutputStream();
  }

  /**
   * @param limitMillis for the connection, and again for the handshake of TLS
   */
  static Link connect(RemoteSettings server, int limitMillis) throws IOException {
    Socket socket = new Socket();
    boolean connected = false;
    try {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.connect(new InetSocketAddress(server.host(), server.port()), limitMillis);
      Socket secured =
          server.access().tls().isPresent()
              ? server.access().tls().get().over(socket, server.host(), server.port(), limitMillis)
              : socket;
      Link link = new Link(socket, secured);
      connected = true;
      return link;
    } finally {
      if (!connected) {
        socket.close();
      }
    }
  }

  /** Where the other end is. */
  InetAddress server() {
    return socket.getInetAddress();
  }

  /**
   * Sends messages in one piece.
   *
   * @throws DinofsException TOO_BIG, and then nothing was sent; UNAVAILABLE if the connection is
   *     broken
   */
  void send(Message... messages) throws DinofsException {
    sending.lock();
    try {
      sendBuffer.clear();
      for (Message message : messages) {
        Frames.encode(message, sendBuffer);
      }
      sendingSince = System.nanoTime();
      out.write(sendBuffer.array(), sendBuffer.arrayOffset(), sendBuffer.readableBytes());
      if (sendBuffer.capacity() > READ_BYTES) {
        sendBuffer.clear().capacity(READ_BYTES);
      }
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.UNAVAILABLE, "cannot send: " + e.getMessage(), e);
    } finally {
      sendingSince = null;
      sending.unlock();
    }
  }

  /** For how long the server has not taken what is sent; 0 if nothing waits for it. */
  long stuckNanos() {
    Long since = sendingSince;
    return since == null ? 0 : System.nanoTime() - since;
  }

  /**
   * As {@link #send}, but gives up if another thread is sending: then something is on its way
   * anyway.
   */
  boolean trySend(Message message) throws DinofsException {
    if (!sending.tryLock()) {
      return false;
    }
    try {
      send(message);
      return true;
    } finally {
      sending.unlock();
    }
  }

  /** The next message if it has been received already. */
  Optional<Message> poll() throws DinofsException {
    return Frames.next(received);
  }

  /**
   * Waits until more has been received.
   *
   * @throws IOException if the connection is broken, closed, or what was received is no message
   */
  void receive() throws IOException {
    if (!received.isReadable() && received.capacity() > READ_BYTES) {
      received.clear().capacity(READ_BYTES);
    }
    received.discardReadBytes();
    received.ensureWritable(Math.max(Frames.missingBytes(received), READ_BYTES / 4));
    int read =
        in.read(
            received.array(),
            received.arrayOffset() + received.writerIndex(),
            received.writableBytes());
    if (read < 0) {
      throw new IOException("the server has closed the connection");
    }
    received.writerIndex(received.writerIndex() + read);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is lost with it: a connection that can't be closed is broken.
    }
  }
}
