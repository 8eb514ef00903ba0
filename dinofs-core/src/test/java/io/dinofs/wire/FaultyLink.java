package io.dinofs.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A way to a server that delays, swallows and cuts what passes, when a test says so. Safe for any
 * number of threads.
 */
public final class FaultyLink implements AutoCloseable {
  private static final int BUFFER_BYTES = 8192;
  private static final int BACKLOG = 50;

  private final InetSocketAddress server;
  private final ServerSocket listening;
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();

  /** How many bytes may pass before everything is cut. */
  private final AtomicLong bytesLeft = new AtomicLong(Long.MAX_VALUE);

  private final AtomicLong swallowed = new AtomicLong();
  private volatile long delayMillis;
  private volatile boolean swallowing;
  private volatile boolean refusing;

  /**
   * @param serverPort on this machine
   */
  public FaultyLink(int serverPort) throws IOException {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    this.listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** To be used in place of the server's. */
  public int port() {
    return listening.getLocalPort();
  }

  /** HOST:PORT, to be used in place of the server's. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /** How many connections there have been. */
  public int accepted() {
    return accepted.get();
  }

  /** How many bytes were swallowed. */
  public long swallowed() {
    return swallowed.get();
  }

  /** Breaks all connections; new ones are served. */
  public void cut() {
    for (Pair pair : pairs) {
      pair.close();
    }
  }

  /** Breaks all connections after so many more bytes, in the middle of whatever they are. */
  public void cutAfter(long bytes) {
    bytesLeft.set(bytes);
  }

  /** Whatever passes comes so much later. */
  public void delay(long millis) {
    delayMillis = millis;
  }

  /**
   * Nothing arrives any more, in either direction, and nobody is told: also over new connections.
   */
  public void swallow() {
    swallowing = true;
  }

  /**
   * Nothing arrives any more over the latest connection, which stays open, and there is no new one.
   */
  public void swallowLatest() {
    refusing = true;
    pairs.get(pairs.size() - 1).swallowing().set(true);
  }

  /** Ends delays, swallowing and refusing, and the connections that have lost something. */
  public void heal() {
    delayMillis = 0;
    bytesLeft.set(Long.MAX_VALUE);
    boolean lost = swallowing || refusing;
    swallowing = false;
    refusing = false;
    if (lost) {
      cut();
    }
  }

  private record Pair(Socket client, Socket server, AtomicBoolean swallowing) {
    void close() {
      for (Socket socket : List.of(client, server)) {
        try {
          socket.close();
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "faulty-link");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        serve(listening.accept());
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) throws IOException {
    accepted.incrementAndGet();
    if (refusing) {
      client.close();
      return;
    }
    Socket toServer = new Socket();
    Pair pair = new Pair(client, toServer, new AtomicBoolean());
    try {
      toServer.connect(server);
      client.setTcpNoDelay(true);
      toServer.setTcpNoDelay(true);
    } catch (IOException e) {
      pair.close(); // the server is not there
      return;
    }
    pairs.add(pair);
    start(() -> copy(pair, client, toServer));
    start(() -> copy(pair, toServer, client));
  }

  private void copy(Pair pair, Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        pass(pair, out, buffer, read);
      }
    } catch (IOException e) {
      // One end is closed; the other is next.
    } finally {
      pair.close();
      pairs.remove(pair);
    }
  }

  private void pass(Pair pair, OutputStream out, byte[] buffer, int length) throws IOException {
    if (swallowing || pair.swallowing().get()) {
      swallowed.addAndGet(length);
      return;
    }
    if (delayMillis > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
    }
    long left = bytesLeft.addAndGet(-length);
    if (left >= 0) {
      out.write(buffer, 0, length);
      return;
    }
    bytesLeft.set(Long.MAX_VALUE);
    out.write(buffer, 0, (int) Math.max(0, length + left));
    cut();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
