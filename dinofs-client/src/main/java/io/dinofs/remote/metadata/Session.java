package io.dinofs.remote.metadata;

import io.dinofs.access.Role;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.store.VersionedStore.CommitListener;
import io.dinofs.store.VolumeClock;
import io.dinofs.store.paired.Backoff;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.Message;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What outlives a connection: the requests under way, the subscription, the lease. Connects, and
 * connects anew.
 *
 * <p>A request is put among those that wait first and sent over the connection, if there is one,
 * after that; a new connection is published first and takes over those that wait after that. So
 * none is forgotten, and claiming sees to it that none is sent twice over one connection.
 */
final class Session implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long ASSUMED_LEASE_NANOS = 5 * NANOS_PER_SECOND;
  private static final long SHORTEST_ASK_MILLIS = 1000;
  private static final int CONNECT_LIMIT_MILLIS = 5000;
  private static final Backoff RETRIES = new Backoff(Duration.ofMillis(10), Duration.ofMillis(500));

  /** What a server refuses a node with that trying again does not change. */
  private static final Set<ErrorKind> FINAL =
      EnumSet.of(ErrorKind.WRONG_VOLUME, ErrorKind.NOT_SUPPORTED, ErrorKind.ACCESS_DENIED);

  private final RemoteSettings settings;
  private final Requests requests = new Requests();
  private final Lease lease = new Lease(Moment::now);
  private final EstimatedClock clock = new EstimatedClock(System::nanoTime, epochNanos());
  private final Signal changed = new Signal();
  private final Heartbeat heartbeat;
  private final Outbox outbox;
  private final Inbox inbox;
  private final RemoteLocks locks;
  private final Thread receiver;

  /** The connection, from its WELCOME to its end; written by the receiver. */
  private volatile Link link;

  /** Also before its WELCOME, so that it can be closed; written by the receiver. */
  private volatile Link opening;

  private volatile RemoteSubscription subscription;
  private volatile VolumeId volume;
  private volatile Role role = Role.ADMIN;
  private volatile long leaseNanos = ASSUMED_LEASE_NANOS;

  /** Why the server does not take this node; null if it does. */
  private volatile DinofsException refusal;

  private volatile DinofsException lastFailure;

  /** How many there were. */
  private final AtomicLong connections = new AtomicLong();

  private volatile boolean closed;

  Session(RemoteSettings settings) {
    this.settings = settings;
    this.heartbeat = new Heartbeat(requests::nextTag);
    this.outbox = new Outbox(requests, heartbeat);
    this.locks = new RemoteLocks(this, requests, settings);
    this.inbox = new Inbox(requests, heartbeat, lease, clock, locks, this::answerInterest);
    this.volume = settings.volume().orElse(null);
    this.receiver = new Thread(this::run, "metadata-receiver");
    receiver.setDaemon(true);
  }

  /**
   * Connects for the first time.
   *
   * @throws DinofsException UNAVAILABLE within the timeout, WRONG_VOLUME, NOT_SUPPORTED,
   *     ACCESS_DENIED, INTERRUPTED
   */
  void start() throws DinofsException {
    receiver.start();
    changed.await(() -> link != null || refusal != null, settings.timeout().toNanos());
    if (refusal != null) {
      throw copyOf(refusal);
    }
    if (link == null) {
      String reason = lastFailure == null ? "no answer" : lastFailure.getMessage();
      throw new DinofsException(
          ErrorKind.UNAVAILABLE, "cannot reach the metadata server at " + settings + ": " + reason);
    }
  }

  VolumeId volume() {
    return volume;
  }

  /** What the server last let this node do. */
  Role role() {
    return role;
  }

  VolumeClock clock() {
    return clock;
  }

  ConnectionState state() {
    RemoteSubscription current = subscription;
    OptionalLong sinceNanos = lease.nanosSinceConfirmed();
    return new ConnectionState(
        link != null,
        current == null ? CommitNumber.NONE : current.told(),
        current == null ? 0 : current.lagCommits(),
        sinceNanos.isPresent()
            ? Optional.of(Duration.ofNanos(sinceNanos.getAsLong()))
            : Optional.empty(),
        Math.max(0, connections.get() - 1),
        locks.held());
  }

  RemoteLocks locks() {
    return locks;
  }

  // Requests

  /** Sends a request and waits for its answer; a failure that the server answers with is thrown. */
  Message.FromServer call(LongFunction<Message.FromClient> message) throws DinofsException {
    Request request = requests.add(message);
    try {
      requireUsable();
      Link current = link;
      if (current != null) {
        outbox.send(current, request, subscription);
      }
      Message.FromServer answer = request.await(settings.timeout().toNanos());
      if (answer instanceof Message.Failure failure) {
        throw new DinofsException(failure.kind(), failure.text());
      }
      return answer;
    } finally {
      requests.remove(request);
    }
  }

  /**
   * Sends a request whose answer no thread waits for.
   *
   * @throws DinofsException CLOSED, WRONG_VOLUME, NOT_SUPPORTED, TOO_BIG; the completion is then
   *     not told of anything
   */
  Request submit(LongFunction<Message.FromClient> message, Request.Completion completion)
      throws DinofsException {
    Request request = requests.add(message, completion);
    try {
      requireUsable();
      Link current = link;
      if (current != null) {
        outbox.send(current, request, subscription);
      }
      return request;
    } catch (DinofsException e) {
      if (requests.remove(request)) {
        throw e;
      }
      return request;
    }
  }

  /** Sends something that nobody answers; without a connection it is not sent. */
  void tell(Message.FromClient message) {
    Link current = link;
    if (current != null) {
      outbox.send(current, message);
    }
  }

  private void requireUsable() throws DinofsException {
    if (closed) {
      throw closedException();
    }
    if (refusal != null) {
      throw copyOf(refusal);
    }
  }

  // The subscription

  RemoteSubscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException {
    requireUsable();
    if (subscription != null) {
      throw new DinofsException(ErrorKind.BUSY, "a store has one subscription at a time");
    }
    RemoteSubscription added = new RemoteSubscription(this, settings.node(), from, listener);
    subscription = added;
    Link current = link;
    if (current != null) {
      outbox.subscribe(current, added);
    }
    boolean done = false;
    try {
      done =
          changed.await(
              () -> added.isCaughtUp() || closed || refusal != null, settings.timeout().toNanos());
      requireUsable();
      if (!done) {
        throw new DinofsException(
            ErrorKind.UNAVAILABLE, "the metadata server did not answer SUBSCRIBE in time");
      }
    } finally {
      if (!added.isCaughtUp()) {
        added.close();
      }
    }
    return added;
  }

  void unsubscribe(RemoteSubscription subscriber) {
    if (subscription == subscriber) {
      subscription = null;
      Link current = link;
      if (current != null) {
        outbox.send(current, new Message.Unsubscribe());
      }
    }
    changed.signal();
  }

  boolean isCurrent(RemoteSubscription subscriber) {
    return lease.isHeld() && subscriber.isCaughtUp();
  }

  boolean awaitCurrent(RemoteSubscription subscriber, long limitMillis) throws DinofsException {
    if (limitMillis <= 0 && link == null) {
      return subscriber.isCurrent();
    }
    if (!subscriber.isCurrent()) {
      Link current = link;
      if (current != null) {
        heartbeat.ping(current);
      }
      long limit = limitMillis <= 0 ? SHORTEST_ASK_MILLIS : limitMillis;
      changed.await(
          () -> subscriber.isCurrent() || subscriber.isClosed() || closed,
          TimeUnit.MILLISECONDS.toNanos(limit));
    }
    if (closed || subscriber.isClosed()) {
      throw closedException();
    }
    return subscriber.isCurrent();
  }

  /**
   * The subscriber has applied something; in the receiver it is said after all that was received is
   * handled.
   */
  void appliedSome(RemoteSubscription subscriber) {
    Link current = link;
    if (Thread.currentThread() != receiver && current != null) {
      outbox.acknowledge(current, subscriber);
    }
  }

  // The receiver

  private void answerInterest(Message.AskInterest ask, RemoteSubscription subscriber) {
    subscriber.interest().ifPresent(kept -> tell(new Message.Interest(ask.round(), kept)));
  }

  private void run() {
    int failures = 0;
    boolean away = false;
    boolean lied = false;
    long awaySinceNanos = System.nanoTime();
    while (!closed) {
      String reason;
      try {
        Link opened = Link.connect(settings, CONNECT_LIMIT_MILLIS);
        opening = opened;
        if (closed) {
          opened.close();
        }
        heartbeat.watch(opened, leaseNanos);
        greet(opened);
        failures = lied ? failures : 0; // who greets and then talks nonsense is not asked at once
        if (away) {
          log.info("metadata server {} is back", settings);
          away = false;
        }
        receive(opened);
        reason = "closed";
        lied = false;
      } catch (IOException e) {
        reason = String.valueOf(e.getMessage());
        lied = e instanceof DinofsException known && known.kind() == ErrorKind.PROTOCOL;
        lastFailure = new DinofsException(ErrorKind.UNAVAILABLE, reason, e);
      } catch (RuntimeException e) {
        if (!closed) { // or a timer was wanted that has gone
          log.error("the connection to {} is closed after a failure", settings, e);
        }
        reason = e.toString();
      }
      if (link != null) {
        awaySinceNanos = System.nanoTime();
      }
      disconnected();
      locks.away(System.nanoTime() - awaySinceNanos);
      if (!away && !closed && volume != null) {
        log.warn("metadata server {} is away: {}", settings, reason);
        away = true;
      }
      failures++;
      pause(RETRIES.nanos(failures));
    }
  }

  private void pause(long nanos) {
    if (closed) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      // Only closing interrupts this thread, and that is looked at before anything else is done.
      log.debug("interrupted between two attempts to connect");
    }
  }

  private void disconnected() {
    link = null;
    Link last = opening;
    if (last != null) {
      last.close();
    }
    heartbeat.stop();
    if (settings.consistency() == Consistency.PUSH) {
      lease.drop();
    }
    changed.signal();
  }

  private void greet(Link over) throws IOException {
    Moment before = Moment.now();
    Handshake done;
    try {
      done = Handshake.perform(over, settings, Optional.ofNullable(volume), requests::nextTag);
    } catch (DinofsException e) {
      refused(e);
      throw e;
    }
    locks.greeted(before, TimeUnit.MILLISECONDS.toNanos(done.welcome().leaseMillis()));
    clock.sample(done.sentNanos(), done.answeredNanos(), done.welcome().serverEpochNanos());
    volume = done.welcome().volume();
    role = done.role();
    leaseNanos = TimeUnit.MILLISECONDS.toNanos(done.welcome().leaseMillis());
    refusal = null;
    inbox.begin(leaseNanos);
    heartbeat.start(over, leaseNanos);
  }

  /** What will not pass by itself fails every request; the rest is tried again. */
  private void refused(DinofsException reason) {
    if (FINAL.contains(reason.kind())) {
      if (refusal == null) {
        log.error("{}", reason.getMessage());
      }
      refusal = reason;
      lease.drop();
      requests.failAll(reason);
      changed.signal();
    }
  }

  private void receive(Link over) throws IOException {
    // Before any other thread can speak of locks.
    outbox.reassert(over, locks);
    connections.incrementAndGet();
    link = over;
    RemoteSubscription subscriber = subscription;
    if (subscriber != null) {
      outbox.subscribe(over, subscriber);
    }
    for (Request request : requests.all()) {
      try {
        outbox.send(over, request, subscriber);
      } catch (DinofsException e) {
        requests.fail(request, e);
      }
    }
    locks.resent();
    changed.signal();
    while (!closed) {
      over.receive();
      heartbeat.heard();
      for (Optional<Message> next = over.poll(); next.isPresent(); next = over.poll()) {
        inbox.handle(next.get(), subscription);
      }
      subscriber = subscription;
      inbox.endBatch(subscriber);
      changed.signal();
      if (subscriber != null) {
        outbox.acknowledge(over, subscriber);
      }
    }
  }

  // The end

  /** Says goodbye, so that nobody waits for this node. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Link current = link;
    if (current != null) {
      outbox.send(current, new Message.Goodbye());
    }
    Link last = opening;
    if (last != null) {
      last.close();
    }
    RemoteSubscription subscriber = subscription;
    if (subscriber != null) {
      subscriber.close();
    }
    heartbeat.close();
    requests.failAll(closedException());
    changed.signal();
    receiver.interrupt();
  }

  private static DinofsException closedException() {
    return new DinofsException(ErrorKind.CLOSED, "the connection to the metadata server is closed");
  }

  private static DinofsException copyOf(DinofsException reason) {
    return new DinofsException(reason.kind(), reason.getMessage(), reason);
  }

  private static long epochNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
  }
}
