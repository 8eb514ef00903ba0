package io.dinofs.metadataserver;

import io.dinofs.access.Gate;
import io.dinofs.access.Grant;
import io.dinofs.access.Role;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Listing;
import io.dinofs.model.NodeId;
import io.dinofs.model.Snapshot;
import io.dinofs.store.VersionedStore;
import io.dinofs.tls.TlsFailure;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one connection: first HELLO, then requests. Reads are answered at once, commits go to the
 * pipeline.
 */
final class ConnectionHandler extends SimpleChannelInboundHandler<Message> {
  private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Why a connection ends that was let in. */
  static final String REVOKED = "its token is revoked, or it needs one now";

  private final Gate gate;
  private final NodeOwners owners;
  private final VersionedStore store;
  private final Scans scans;
  private final VolumeService service;
  private final VolumeLocks locks;
  private final ServerLimits limits;
  private final ServerMetrics metrics;
  private final Set<Connection> connections;

  // The fields below are used in the event loop only.
  private Connection connection; // null before HELLO
  private Future<?> handshakeLimit;
  private boolean refused;

  /** When a message was complete last, as {@link System#nanoTime}. */
  private long messageNanos = System.nanoTime();

  /** Whether a message came since the last look; the end of a connection is read too. */
  private boolean heard;

  /**
   * @param connections holds every connection between its HELLO and its end
   */
  ConnectionHandler(
      Gate gate,
      NodeOwners owners,
      VersionedStore store,
      Scans scans,
      VolumeService service,
      VolumeLocks locks,
      ServerLimits limits,
      ServerMetrics metrics,
      Set<Connection> connections) {
    this.gate = gate;
    this.owners = owners;
    this.store = store;
    this.scans = scans;
    this.service = service;
    this.locks = locks;
    this.limits = limits;
    this.metrics = metrics;
    this.connections = connections;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    handshakeLimit =
        context
            .executor()
            .schedule(
                () -> endHandshake(context), service.lease().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void endHandshake(ChannelHandlerContext context) {
    if (connection == null) {
      log.warn("{} said nothing, its connection is closed", context.channel().remoteAddress());
      var unused = context.close();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Message message)
      throws DinofsException {
    if (refused) {
      return;
    }
    heard = true;
    if (connection != null) {
      if (Privileges.isRequest(message)) {
        connection.use().request();
      }
      handle(message);
    } else if (message instanceof Message.Hello hello) {
      greet(context, hello);
    } else {
      throw new DinofsException(ErrorKind.PROTOCOL, "a message before HELLO");
    }
  }

  private void greet(ChannelHandlerContext context, Message.Hello hello) {
    handshakeLimit.cancel(false);
    long now = System.nanoTime();
    Grant grant = context.channel().attr(AdmissionHandler.GRANT).get();
    connection =
        new Connection(
            context.channel(),
            limits,
            grant,
            context.channel().attr(AdmissionHandler.USE).get(),
            hello.node(),
            hello.consistency(),
            now,
            this::newFeed);
    if (hello.protocolVersion() != Frames.PROTOCOL_VERSION) {
      refuse(
          hello.tag(),
          ErrorKind.NOT_SUPPORTED,
          "the server speaks protocol %d, the client %d"
              .formatted(Frames.PROTOCOL_VERSION, hello.protocolVersion()));
    } else if (hello.volume().isPresent() && !hello.volume().get().equals(service.volume())) {
      refuse(
          hello.tag(),
          ErrorKind.WRONG_VOLUME,
          "the server has volume %s, the client belongs to %s"
              .formatted(service.volume(), hello.volume().get()));
    } else if (!owners.isOf(hello.node(), grant)) {
      refuse(hello.tag(), ErrorKind.ACCESS_DENIED, "that is the id of a node with another token");
    } else if (connections.size() >= limits.connections()) {
      refuse(hello.tag(), ErrorKind.UNAVAILABLE, "the server has its limit of connections");
    } else {
      connections.add(connection);
      if (!gate.isInForce(grant)) {
        connection.cutOff(REVOKED);
        return;
      }
      int leaseMillis = Math.toIntExact(service.lease().toMillis());
      connection.send(
          new Message.Welcome(
              hello.tag(), service.volume(), service.newest(), leaseMillis, epochNanos()));
    }
  }

  private Feed newFeed(Feed.Outlet outlet) {
    return new Feed(
        outlet,
        service::newest,
        System::nanoTime,
        limits.interestGrace().toNanos(),
        limits.interestInodes());
  }

  private void refuse(long tag, ErrorKind kind, String reason) {
    refused = true;
    log.warn("{} is refused: {}", connection, reason);
    connection.send(new Message.Failure(tag, kind, reason));
    connection.closeWhenWritten();
  }

  private void handle(Message message) throws DinofsException {
    Role needed = Privileges.needed(message);
    if (!connection.grant().role().allows(needed)) {
      refuseRequest(message, needed);
    } else if (message instanceof Message.CommitRequest request) {
      requireOwn(request.commit().id().node());
      if (connection.admitCommit(request.commit())) {
        service.commit(connection, request.tag(), request.commit());
      } else {
        connection.cutOff(
            "it has more than "
                + limits.requestsPerConnection()
                + " commits under way, or too large ones");
      }
    } else if (message instanceof Message.Applied applied) {
      service.applied(connection, applied.upTo());
    } else if (message instanceof Message.Interest interest) {
      connection.feed().answered(interest);
    } else if (message instanceof Message.Ping ping) {
      if (service.heard(connection)) { // the answer renews the lease that the node counts
        connection.send(new Message.Pong(ping.tag(), service.newest(), epochNanos()));
      }
    } else if (message instanceof Message.Subscribe subscribe) {
      service.subscribe(connection, subscribe);
    } else if (message instanceof Message.Unsubscribe) {
      service.unsubscribe(connection);
    } else if (message instanceof Message.EndScan end) {
      scans.end(connection, end.scan());
    } else if (message instanceof Message.Goodbye) {
      service.unsubscribe(connection);
      locks.left(connection);
      connection.closeWhenWritten();
    } else if (VolumeLocks.isForLocks(message)) {
      locks.serve(connection, (Message.FromClient) message);
    } else {
      read(message);
    }
  }

  private void requireOwn(NodeId committer) throws DinofsException {
    boolean same = committer.equals(connection.node());
    if (!same && !owners.isOf(committer, connection.grant())) {
      throw new DinofsException(ErrorKind.PROTOCOL, "a commit in the name of another node");
    }
  }

  private void refuseRequest(Message message, Role needed) {
    String reason = "this needs the token of a node that is " + needed;
    if (needed == Role.NODE) {
      reason = "the token of this node is read-only";
    }
    connection.send(new Message.Failure(message.tag(), ErrorKind.ACCESS_DENIED, reason));
  }

  private void read(Message message) throws DinofsException {
    try {
      connection.send(answer(message));
    } catch (DinofsException e) {
      if (e.kind() == ErrorKind.PROTOCOL) {
        throw e;
      }
      connection.send(new Message.Failure(message.tag(), e.kind(), e.getMessage()));
    }
  }

  private Message.FromServer answer(Message message) throws DinofsException {
    long sinceNanos = System.nanoTime();
    if (message instanceof Message.Get get) {
      Snapshot snapshot = get(get);
      metrics.got(sinceNanos, () -> "reading " + get.keys().size() + " records");
      return new Message.Records(get.tag(), snapshot);
    }
    if (message instanceof Message.ListRecords list) {
      Listing page = list(list);
      metrics.listed(sinceNanos, () -> "listing inode " + list.inode());
      return new Message.Page(list.tag(), PageCutter.cut(page));
    }
    if (message instanceof Message.Scan scan) {
      Message.Scanned scanned = scans.answer(connection, scan);
      metrics.scanned(sinceNanos, () -> "a page of a scan for " + connection);
      return scanned;
    }
    if (message instanceof Message.GetStatistics statistics) {
      return new Message.Statistics(statistics.tag(), store.statistics());
    }
    throw new DinofsException(ErrorKind.PROTOCOL, "a message that no client sends here");
  }

  private Snapshot get(Message.Get get) throws DinofsException {
    connection.feed().reading();
    try {
      Snapshot snapshot = store.get(get.keys(), get.children());
      connection.feed().read(snapshot.records(), snapshot.at());
      return snapshot;
    } finally {
      connection.feed().readEnded();
    }
  }

  private Listing list(Message.ListRecords list) throws DinofsException {
    connection.feed().reading();
    try {
      connection.feed().note(list.inode());
      Listing page =
          store.list(list.inode(), list.kind(), list.after(), list.limit(), list.children());
      connection.feed().read(page.records(), page.at());
      connection.feed().read(page.attributes(), page.at());
      return page;
    } finally {
      connection.feed().readEnded();
    }
  }

  private static long epochNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (connection != null) {
      requireWholeMessages();
      connection.slowDown();
      connection.heard(System.nanoTime());
      if (heard) {
        boolean unused = service.heard(connection);
      }
      heard = false;
      connection.feed().ask();
      connection.flush();
      service.proceed();
    }
  }

  /** What comes in drops is held in memory until it is a message. */
  private void requireWholeMessages() {
    long now = System.nanoTime();
    if (heard) {
      messageNanos = now;
    } else if (now - messageNanos > limits.messageTime().toNanos()) {
      connection.cutOff("a message of it takes longer than " + limits.messageTime());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    handshakeLimit.cancel(false);
    if (connection != null) {
      connections.remove(connection);
      scans.closed(connection);
      service.closed(connection);
      locks.closed(connection);
      connection.discardOutbound();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable reason =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (reason instanceof DinofsException broken && broken.kind() == ErrorKind.PROTOCOL) {
      log.warn(
          "{} broke the protocol, its connection is closed: {}", who(context), reason.getMessage());
    } else if (reason instanceof SSLException) {
      log.warn("{} is refused: {}", who(context), TlsFailure.describe(reason));
    } else if (reason instanceof IOException) {
      log.debug("the connection of {} broke: {}", who(context), reason.getMessage());
    } else {
      log.error("the connection of {} is closed after a failure", who(context), reason);
    }
    var unused = context.close();
  }

  private Object who(ChannelHandlerContext context) {
    return connection == null ? context.channel().remoteAddress() : connection;
  }
}
