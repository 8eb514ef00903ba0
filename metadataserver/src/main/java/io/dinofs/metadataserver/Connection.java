package io.dinofs.metadataserver;

import io.dinofs.access.Grant;
import io.dinofs.limit.NodeUse;
import io.dinofs.model.Commit;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection, and what is on its way to it.
 *
 * <p>Messages are sent in the order of the calls of {@link #send}, whichever threads make them;
 * {@link #flush} sets them in motion, so that a batch costs one system call. What a client does not
 * take is bounded: it is cut off.
 */
final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** A key of a record may be nearly as long. */
  private static final int MUTATION_BYTES = 256;

  private final Channel channel;
  private final ServerLimits limits;
  private final Grant grant;
  private final NodeUse use;
  private final NodeId node;
  private final Consistency consistency;
  private final Queue<ByteBuf> outbound = new ConcurrentLinkedQueue<>();
  private final AtomicLong pendingBytes = new AtomicLong();
  private final AtomicBoolean flushScheduled = new AtomicBoolean();
  private final AtomicBoolean cutOff = new AtomicBoolean();
  private final AtomicInteger commitsUnderWay = new AtomicInteger();

  private final Feed feed;
  private volatile long heardNanos;

  /** Whether the node has asked for too much; used in the event loop only. */
  private boolean slowed;

  /**
   * @param grant what was proved
   * @param use what the node uses, shared with its other connections
   * @param feeds makes the connection's feed
   */
  Connection(
      Channel channel,
      ServerLimits limits,
      Grant grant,
      NodeUse use,
      NodeId node,
      Consistency consistency,
      long nowNanos,
      Function<Feed.Outlet, Feed> feeds) {
    this.heardNanos = nowNanos;
    this.channel = channel;
    this.limits = limits;
    this.grant = grant;
    this.use = use;
    this.node = node;
    this.consistency = consistency;
    this.feed = feeds.apply(new Outlet());
  }

  /** Sends what the feed tells, behind what was sent before. */
  private final class Outlet implements Feed.Outlet {
    @Override
    public void send(Message.FromServer message) {
      enqueue(message);
    }

    @Override
    public void send(ByteBuf frame) {
      Connection.this.send(frame);
    }
  }

  /** What the connection is told of commits. */
  Feed feed() {
    return feed;
  }

  /** What was proved for it. */
  Grant grant() {
    return grant;
  }

  NodeId node() {
    return node;
  }

  boolean isStrict() {
    return consistency == Consistency.STRICT;
  }

  /** Counts a commit that came; false if there are too many, or they are too large together. */
  boolean admitCommit(Commit commit) {
    long bytes = bytes(commit);
    if (use.begin(bytes) && commitsUnderWay.incrementAndGet() <= limits.requestsPerConnection()) {
      return true;
    }
    use.end(bytes);
    return false;
  }

  /** Answers a commit that was admitted. */
  void answerCommit(Commit commit, Message.FromServer answer) {
    commitsUnderWay.decrementAndGet();
    use.end(bytes(commit));
    send(answer);
  }

  /** About what it takes in memory. */
  private static long bytes(Commit commit) {
    long bytes = 0;
    for (Mutation mutation : commit.mutations()) {
      bytes += MUTATION_BYTES + (mutation instanceof Mutation.Put put ? put.value().length() : 0);
    }
    return bytes;
  }

  /** Takes no more of the node while it has asked for more than it may. In the event loop. */
  void slowDown() {
    long nanos = use.waitNanos();
    if (nanos > 0 && !slowed) {
      slowed = true;
      readIfWanted();
      var unused = channel.eventLoop().schedule(this::goOn, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void goOn() {
    slowed = false;
    readIfWanted();
    slowDown();
  }

  private void readIfWanted() {
    channel.config().setAutoRead(!slowed && pendingBytes.get() <= limits.pausePendingBytes());
  }

  /** What the node uses over all its connections. */
  NodeUse use() {
    return use;
  }

  /**
   * Puts a message behind those already sent, and behind what the node has to be told before it
   * learns of the commit that the message shows. An answer that does not fit a frame becomes an
   * error.
   */
  void send(Message.FromServer message) {
    feed.showing(message.shows());
    enqueue(message);
  }

  private void enqueue(Message.FromServer message) {
    try {
      send(Frames.encode(message, channel.alloc()));
    } catch (DinofsException e) {
      fail(message.tag(), e);
    }
  }

  private void fail(long tag, DinofsException reason) {
    try {
      send(
          Frames.encode(
              new Message.Failure(tag, reason.kind(), reason.getMessage()), channel.alloc()));
    } catch (DinofsException e) {
      cutOff("an error does not fit a frame");
    }
  }

  /** Puts a frame, which it takes over, behind the messages already sent. */
  void send(ByteBuf frame) {
    long pending = pendingBytes.addAndGet(frame.readableBytes());
    outbound.add(frame);
    if (pending > limits.maxPendingBytes()) {
      cutOff("it does not take what is sent to it, " + pending + " bytes are waiting");
    }
  }

  /** Writes what was sent, or sees to it that the event loop does. */
  void flush() {
    if (outbound.isEmpty()) {
      return;
    }
    if (channel.eventLoop().inEventLoop()) {
      writeOutbound();
    } else if (flushScheduled.compareAndSet(false, true)) {
      channel.eventLoop().execute(this::writeScheduled);
    }
  }

  private void writeScheduled() {
    flushScheduled.set(false);
    writeOutbound();
  }

  private void writeOutbound() {
    long bytes = 0;
    ChannelFuture last = null;
    for (ByteBuf frame = outbound.poll(); frame != null; frame = outbound.poll()) {
      bytes += frame.readableBytes();
      last = channel.write(frame);
    }
    if (last == null) {
      return;
    }
    channel.flush();
    if (last.isDone()) {
      written(bytes);
    } else {
      long written = bytes;
      last.addListener(done -> written(written));
      if (pendingBytes.get() > limits.pausePendingBytes()) {
        readIfWanted();
      }
    }
  }

  private void written(long bytes) {
    if (pendingBytes.addAndGet(-bytes) <= limits.pausePendingBytes()
        && !channel.config().isAutoRead()) {
      readIfWanted();
    }
  }

  /** Ends the connection with one line in the log; the node keeps its lease. */
  void cutOff(String reason) {
    if (cutOff.compareAndSet(false, true)) {
      log.warn("{} is cut off: {}", this, reason);
      var unused = channel.close();
    }
  }

  /** Ends a connection that was silent for too long, if it is not closed anyway. */
  void abandon() {
    if (isOpen()) {
      cutOff("it was silent for longer than its lease");
    }
  }

  /** Whether the server does not want to hear of it any more. */
  boolean isCutOff() {
    return cutOff.get();
  }

  /**
   * Gives back what was not sent. Called in the event loop when the channel is closed; what is sent
   * later is dropped by it.
   */
  void discardOutbound() {
    for (ByteBuf frame = outbound.poll(); frame != null; frame = outbound.poll()) {
      frame.release();
    }
  }

  /** Ends the connection when what was sent is written. */
  void closeWhenWritten() {
    channel.eventLoop().execute(this::writeAndClose);
  }

  private void writeAndClose() {
    writeOutbound();
    var unused =
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  boolean isOpen() {
    return channel.isActive();
  }

  /** Notes that something came. */
  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** When something came last, as {@link System#nanoTime}. */
  long heardNanos() {
    return heardNanos;
  }

  @Override
  public String toString() {
    String name = grant == Grant.ANYBODY ? "" : " (" + grant.node() + ")";
    return "node " + node + name + " at " + channel.remoteAddress();
  }
}
