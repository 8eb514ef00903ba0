package io.dinofs.blobserver;

import io.dinofs.access.Gate;
import io.dinofs.limit.NodeUses;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.tls.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server. Safe for any number of threads. */
public final class BlobServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlobServer.class);
  private static final int ACCEPT_BACKLOG = 1024;

  /** A read from a socket takes so much at first, and more as long as more comes. */
  private static final int MIN_READ_BYTES = 2048;

  private final Service service;
  private final Transport transport;
  private final ChannelGroup connections;
  private final Channel listener;

  private BlobServer(
      Service service, Transport transport, ChannelGroup connections, Channel listener) {
    this.service = service;
    this.transport = transport;
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * Serves blobs until it is closed.
   *
   * @param store has to keep what was put over a crash of the machine; stays the caller's
   * @throws DinofsException IO if it cannot listen there, CORRUPT
   */
  public static BlobServer start(BlobServerSettings settings, DiskStore store)
      throws DinofsException {
    return start(settings, Optional.empty(), Gate.open(), store);
  }

  /**
   * As the other one.
   *
   * @param tls empty for connections without TLS
   * @param gate decides who may do what; closed with the server, and if it does not start
   */
  public static BlobServer start(
      BlobServerSettings settings, Optional<ServerTls> tls, Gate gate, DiskStore store)
      throws DinofsException {
    VolumeList volumes = VolumeList.open(store);
    DiskThreads threads =
        new DiskThreads(
            settings.readThreads(),
            settings.writeThreads(),
            2 * settings.maxConnections(),
            settings.stopLimit());
    Service service =
        new Service(
            new Blobs(store),
            volumes,
            new Arrivals(settings.maxWaitingGets()),
            threads,
            settings,
            gate,
            new NodeUses(settings.perNode()),
            new BlobMetrics());
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    Transport transport = Transport.open();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(transport.loops())
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                    MIN_READ_BYTES, MIN_READ_BYTES, StrictRequestDecoder.MAX_PIECE_BYTES))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ConnectionInitializer(service, connections, tls))
            .bind(settings.listen())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopLoops(transport);
      threads.close();
      gate.close();
      throw new DinofsException(
          ErrorKind.IO,
          "cannot listen on " + text(settings.listen()) + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    BlobServer server = new BlobServer(service, transport, connections, bound.channel());
    gate.onChange(server::tokensChanged);
    server.showGauges(store);
    return server;
  }

  private void showGauges(DiskStore store) {
    BlobMetrics metrics = service.metrics();
    metrics.gauge("dinofs.connections", "Connections of clients", this::connections);
    metrics.gauge("dinofs.waiting.gets", "GETs that wait for a blob", this::waitingGets);
    metrics.gauge("dinofs.disk.free", "Bytes that the disk can take", () -> freeBytes(store));
  }

  private void tokensChanged() {
    forEachConnection(ConnectionHandler::tokensChanged);
  }

  private void forEachConnection(Consumer<ConnectionHandler> action) {
    for (Channel connection : connections) {
      ConnectionHandler handler = connection.pipeline().get(ConnectionHandler.class);
      if (handler != null) {
        connection.eventLoop().execute(() -> action.accept(handler));
      }
    }
  }

  private static Number freeBytes(DiskStore store) {
    try {
      return store.room().freeBytes();
    } catch (DinofsException e) {
      LOG.warn("cannot tell the free room: {}", e.getMessage());
      return Double.NaN;
    }
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** How many connections are open. */
  int connections() {
    return connections.size();
  }

  /** How many GETs wait for a blob. */
  int waitingGets() {
    return service.arrivals().count();
  }

  /** {@code HOST:PORT}, as it was given. */
  static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /**
   * Takes no more requests, lets the ones under way end within the limit, and answers those that
   * wait for a blob that the server stops.
   */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    forEachConnection(ConnectionHandler::stop);
    Duration limit = service.settings().stopLimit();
    if (!connections.newCloseFuture().awaitUninterruptibly(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      LOG.warn("{} requests did not end within {} and are cut off", connections.size(), limit);
      connections.close().awaitUninterruptibly();
    }
    service.threads().close();
    service.gate().close();
    stopLoops(transport);
  }

  private static void stopLoops(Transport transport) {
    transport.loops().shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
