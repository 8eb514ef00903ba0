package io.dinofs.metadataserver;

import io.dinofs.access.Gate;
import io.dinofs.limit.NodeUses;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.lock.LockLimits;
import io.dinofs.tls.ServerTls;
import io.dinofs.wire.FrameDecoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one volume over TCP until it is closed. The store is the caller's, and closed by it
 * afterwards.
 */
public final class MetadataServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetadataServer.class);
  private static final int EVENT_LOOPS =
      Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
  private static final int LEASE_TICKS = 20;
  private static final long QUIET_MILLIS = 0;
  private static final long SHUTDOWN_LIMIT_MILLIS = 5_000;

  private final Gate gate;
  private final EventLoopGroup group;
  private final ExecutorService writer;
  private final VolumeService service;
  private final VolumeLocks locks;
  private final Scans scans;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Channel serverChannel;

  /**
   * Starts to serve {@code store} at {@code address}, whose port may be 0 for any free one.
   *
   * @param lockNodes remembers which nodes have locks
   * @param lease how long a silent node is waited for
   * @throws DinofsException BUSY if the address can't be listened on, and what the store throws
   */
  public MetadataServer(
      GroupCommitStore store,
      StrictNodes strictNodes,
      StrictNodes lockNodes,
      InetSocketAddress address,
      Duration lease,
      ServerLimits limits)
      throws DinofsException {
    this(
        store,
        strictNodes,
        lockNodes,
        address,
        lease,
        limits,
        Optional.empty(),
        Gate.open(),
        ServerMetrics.unread());
  }

  /**
   * As the other one.
   *
   * @param tls empty for connections without TLS
   * @param gate decides who may connect; closed with this
   * @param metrics is told what happens
   */
  public MetadataServer(
      GroupCommitStore store,
      StrictNodes strictNodes,
      StrictNodes lockNodes,
      InetSocketAddress address,
      Duration lease,
      ServerLimits limits,
      Optional<ServerTls> tls,
      Gate gate,
      ServerMetrics metrics)
      throws DinofsException {
    this(
        new Engine.Opened(store, strictNodes, lockNodes, KeptBytes.FORGETFUL),
        address,
        lease,
        limits,
        tls,
        gate,
        metrics);
  }

  /**
   * @param volume the caller's
   */
  MetadataServer(
      Engine.Opened volume,
      InetSocketAddress address,
      Duration lease,
      ServerLimits limits,
      Optional<ServerTls> tls,
      Gate gate,
      ServerMetrics metrics)
      throws DinofsException {
    this.gate = gate;
    GroupCommitStore store = volume.store();
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group =
        new MultiThreadIoEventLoopGroup(EVENT_LOOPS, new DefaultThreadFactory("connections"), io);
    writer = Executors.newSingleThreadExecutor(new DefaultThreadFactory("writer"));
    boolean started = false;
    try {
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .group(group)
              .channel(serverChannelType(epoll))
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childOption(ChannelOption.SO_KEEPALIVE, true);
      service =
          new VolumeService(
              store,
              volume.strictNodes(),
              lease,
              limits,
              ByteBufAllocator.DEFAULT,
              writer,
              metrics);
      locks =
          new VolumeLocks(
              volume.lockNodes(), LockLimits.DEFAULT, service::newest, System::nanoTime, lease);
      scans = new Scans(store);
      NodeOwners owners = new NodeOwners(volume.nodeOwners(), writer);
      NodeUses uses = new NodeUses(limits.perNode());
      bootstrap.childHandler(
          new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
              if (!AdmissionHandler.enter(channel, uses)) {
                log.debug("{} is turned away: too many connections", channel.remoteAddress());
                var unused = channel.close();
                return;
              }
              tls.ifPresent(it -> channel.pipeline().addLast(it.handler(channel.alloc())));
              channel
                  .pipeline()
                  .addLast(
                      new FrameDecoder(),
                      new AdmissionHandler(gate, uses),
                      new ConnectionHandler(
                          gate,
                          owners,
                          store,
                          scans,
                          service,
                          locks,
                          limits,
                          metrics,
                          connections));
            }
          });
      gate.onChange(this::cutOffTheRevoked);
      serverChannel = bind(bootstrap, address);
      long tickMillis = Math.max(1, lease.toMillis() / LEASE_TICKS);
      var unused =
          group
              .next()
              .scheduleWithFixedDelay(this::expire, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
      showGauges(metrics);
      started = true;
    } finally {
      if (!started) {
        shutDown();
      }
    }
  }

  private static Class<? extends ServerChannel> serverChannelType(boolean epoll) {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  private static Channel bind(ServerBootstrap bootstrap, InetSocketAddress address)
      throws DinofsException {
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new DinofsException(
          ErrorKind.BUSY,
          "cannot listen on %s:%d: %s"
              .formatted(address.getHostString(), address.getPort(), bound.cause().getMessage()),
          bound.cause());
    }
    return bound.channel();
  }

  private void showGauges(ServerMetrics metrics) {
    metrics.gauge("dinofs.connections", "Connections of nodes", connections::size);
    metrics.gauge("dinofs.strict.nodes", "Nodes that commits wait for", service::strictNodes);
    metrics.gauge("dinofs.held.answers", "Commits that wait for nodes", service::heldAnswers);
    metrics.gauge("dinofs.newest.commit", "The newest commit", () -> service.newest().value());
    metrics.gauge("dinofs.scans", "Scans of the whole volume under way", scans::count);
  }

  private void cutOffTheRevoked() {
    for (Connection connection : connections) {
      if (!gate.isInForce(connection.grant())) {
        connection.cutOff(ConnectionHandler.REVOKED);
      }
    }
  }

  private void expire() {
    service.expire(connections);
    locks.expire();
    scans.expire();
  }

  /** Where the server listens, with the real port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) serverChannel.localAddress();
  }

  /** Answers the commits that were taken, for one lease at most, and ends all connections. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    serverChannel.close().awaitUninterruptibly();
    try {
      service.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(Connection::closeWhenWritten);
    shutDown();
    scans.close();
  }

  private void shutDown() {
    group
        .shutdownGracefully(QUIET_MILLIS, SHUTDOWN_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(SHUTDOWN_LIMIT_MILLIS);
    writer.shutdown();
    gate.close();
  }
}
