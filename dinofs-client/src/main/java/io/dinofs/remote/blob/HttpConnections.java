package io.dinofs.remote.blob;

import io.dinofs.access.Access;
import io.dinofs.tls.ClientTls;
import io.dinofs.tls.FilesInPieces;
import io.dinofs.tls.TlsFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The connections to one server, as many as there are requests at once; they stay open for later
 * ones. Safe for any number of threads.
 */
final class HttpConnections implements AutoCloseable {
  /** One may be held up by the disk while it sends a file, so not one. */
  private static final int THREADS = 2;

  private static final int DEFAULT_PORT = 80;
  private static final int DEFAULT_TLS_PORT = 443;
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEAD_BYTES = 8192;

  /** A body comes in pieces of at most this size: as much as a read from a socket brings. */
  private static final int MAX_PIECE_BYTES = 64 << 10;

  private final URI server;
  private final Access access;
  private final Optional<ClientTls> tls;
  private final Duration connectLimit;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          THREADS, new DefaultThreadFactory("blobs", true), NioIoHandler.newFactory());

  /** What was used last is the first. */
  private final Deque<HttpConnection> idle = new ArrayDeque<>(); // guarded by this

  private int inUse; // guarded by this
  private boolean closed; // guarded by this

  /**
   * @param access how the server is known, and the node to it
   */
  HttpConnections(URI server, Access access, Duration connectLimit) {
    this.server = server;
    this.access = access;
    this.tls = access.tls();
    this.connectLimit = connectLimit;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param messages the request's head, body and end; used up, whatever happens
   * @param fresh by a connection that is made for it, since others may have died unnoticed
   * @throws TimeoutException after {@code limit}; the server may have got the request
   * @throws UnusableAnswerException if the other end is no blob server
   * @throws IOException if the connection fails, or this is closed
   */
  HttpAnswer ask(List<Object> messages, boolean fresh, Duration limit)
      throws IOException, TimeoutException, InterruptedException {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    boolean asked = false;
    begin();
    HttpConnection connection = null;
    try {
      connection = fresh ? null : takeIdle();
      if (connection == null) {
        connection = connect(limit);
      }
      asked = true;
      CompletableFuture<HttpAnswer> answer = connection.ask(messages);
      HttpAnswer answered = answer.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      giveBack(connection);
      connection = null;
      return answered;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } finally {
      if (!asked) {
        messages.forEach(ReferenceCountUtil::release);
      }
      if (connection != null) {
        connection.close();
      }
      end();
    }
  }

  private synchronized void begin() throws IOException {
    if (closed) {
      throw new IOException("the connections to " + server + " are closed");
    }
    inUse++;
  }

  private synchronized HttpConnection takeIdle() {
    HttpConnection connection = idle.pollFirst();
    while (connection != null && !connection.isOpen()) {
      connection = idle.pollFirst();
    }
    return connection;
  }

  private synchronized void giveBack(HttpConnection connection) {
    idle.removeIf(other -> !other.isOpen());
    if (connection.isOpen()) {
      idle.addFirst(connection);
    }
  }

  private void end() {
    boolean last;
    synchronized (this) {
      inUse--;
      last = closed && inUse == 0;
    }
    if (last) {
      stop();
    }
  }

  private HttpConnection connect(Duration limit)
      throws IOException, TimeoutException, InterruptedException {
    int defaultPort = tls.isPresent() ? DEFAULT_TLS_PORT : DEFAULT_PORT;
    int port = server.getPort() < 0 ? defaultPort : server.getPort();
    InetSocketAddress address = new InetSocketAddress(server.getHost(), port);
    if (address.isUnresolved()) {
      throw new UnknownHostException(server.getHost());
    }
    access.requireConfidential(address.getAddress());
    Duration shorter = connectLimit.compareTo(limit) < 0 ? connectLimit : limit;
    HttpConnection[] made = new HttpConnection[1];
    ChannelFuture connected =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    made[0] = new HttpConnection(channel);
                    fill(channel, port, made[0]);
                  }
                })
            .connect(address);
    boolean done = false;
    try {
      if (!connected.await(shorter.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException("no connection to " + address);
      }
      if (!connected.isSuccess()) {
        throw new IOException(connected.cause().getMessage(), connected.cause());
      }
      awaitHandshake(connected.channel(), shorter);
      done = true;
      return made[0];
    } finally {
      if (!done) {
        var unused = connected.channel().close();
      }
    }
  }

  private void fill(Channel channel, int port, HttpConnection connection) {
    ChannelPipeline pipeline = channel.pipeline();
    tls.ifPresent(it -> pipeline.addLast(it.handler(channel.alloc(), server.getHost(), port)));
    pipeline.addLast(codec());
    if (tls.isPresent()) {
      FilesInPieces.addTo(pipeline);
    }
    pipeline.addLast(connection);
  }

  private static void awaitHandshake(Channel channel, Duration limit)
      throws IOException, TimeoutException, InterruptedException {
    SslHandler secured = channel.pipeline().get(SslHandler.class);
    if (secured == null) {
      return;
    }
    Future<Channel> handshake = secured.handshakeFuture();
    if (!handshake.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException("no TLS with " + channel.remoteAddress());
    }
    if (!handshake.isSuccess()) {
      throw new IOException("no TLS: " + TlsFailure.describe(handshake.cause()), handshake.cause());
    }
  }

  private static HttpClientCodec codec() {
    return new HttpClientCodec(MAX_LINE_BYTES, MAX_HEAD_BYTES, MAX_PIECE_BYTES);
  }

  /** Requests under way end as they would have; then all connections are closed. */
  @Override
  public void close() {
    boolean last;
    synchronized (this) {
      last = !closed && inUse == 0;
      closed = true;
    }
    if (last) {
      stop();
    }
  }

  private void stop() {
    var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
