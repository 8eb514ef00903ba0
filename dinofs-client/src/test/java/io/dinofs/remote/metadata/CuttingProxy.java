package io.dinofs.remote.metadata;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between clients and a server, and breaks connections in the middle of messages. */
public final class CuttingProxy implements AutoCloseable {
  private final int serverPort;
  private final ServerSocket listening;
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();

  /** How many bytes may still pass before everything is cut once. */
  private final AtomicLong bytesLeft = new AtomicLong(Long.MAX_VALUE);

  public CuttingProxy(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  private volatile boolean refusing;

  private record Pair(Socket client, Socket server, AtomicLong frozen) {
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
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        client.setTcpNoDelay(true);
        if (refusing) {
          client.close();
          continue;
        }
        try {
          Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
          server.setTcpNoDelay(true);
          Pair pair = new Pair(client, server, new AtomicLong());
          pairs.add(pair);
          start(() -> copy(pair, client, server));
          start(() -> copy(pair, server, client));
        } catch (IOException e) {
          client.close();
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private void copy(Pair pair, Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (pair.frozen().get() > 0) {
          continue;
        }
        long left = bytesLeft.addAndGet(-read);
        if (left < 0) {
          out.write(buffer, 0, (int) Math.max(0, read + left));
          bytesLeft.set(Long.MAX_VALUE);
          cutAll();
          return;
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // The other end is closed with this one.
    } finally {
      pairs.remove(pair);
    }
  }

  /** Cuts all connections after so many more bytes, in the middle of a message if it comes so. */
  void cutAfter(long bytes) {
    bytesLeft.set(bytes);
  }

  /** Cuts all connections; new ones are served. */
  public void cutAll() {
    refusing = false;
    pairs.forEach(Pair::close);
    pairs.clear();
  }

  /**
   * Swallows what goes over the latest connection, without closing it, and takes no new one until
   * {@link #cutAll}.
   */
  void freezeLatest() {
    refusing = true;
    pairs.get(pairs.size() - 1).frozen().set(1);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cutAll();
  }
}
