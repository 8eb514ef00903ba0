package io.dinofs.remote.metadata;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeSet;
import io.dinofs.model.NodeId;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.CommitListener;
import io.dinofs.store.VersionedStore.Subscription;
import io.dinofs.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has been told and what of it it has applied, over all connections.
 *
 * <p>Lock order: {@link #telling}, then this. The listener is called under {@code telling} only.
 */
final class RemoteSubscription implements Subscription {
  private static final Logger log = LoggerFactory.getLogger(RemoteSubscription.class);

  /** A resumption that brings more makes the subscriber start anew, as a long absence does. */
  private static final long MAX_PARTIAL_BYTES = 32L << 20;

  private static final int RECORD_BYTES = 256;

  private final Session session;

  /** Guarded by this. */
  private Link requestedOver;

  /** Guarded by this. */
  private long requestTag;

  private final NodeId self;
  private final CommitListener listener;
  private final Object telling = new Object();

  /** Parts of a resumption whose last one has not come yet; guarded by telling. */
  private final List<VersionedRecord> partial = new ArrayList<>();

  /** About how much heap they take; beyond the limit they are dropped. Guarded by telling. */
  private long partialBytes;

  /** Written under telling. */
  private volatile boolean closed;

  /** Written under telling: all commits up to this have been told. */
  private volatile CommitNumber told;

  /** Guarded by this. */
  private CommitNumber applied;

  /** What the server was told last; guarded by this. */
  private CommitNumber acknowledged = CommitNumber.NONE;

  /** The newest commit of another node: somebody may wait until it is applied. Guarded by this. */
  private CommitNumber newestForeign = CommitNumber.NONE;

  /**
   * Where the latest SUBSCRIBE has to get before this is current; null while it is not answered.
   * Written under this.
   */
  private volatile CommitNumber target;

  RemoteSubscription(Session session, NodeId self, CommitNumber from, CommitListener listener) {
    this.session = session;
    this.self = self;
    this.listener = listener;
    this.told = from;
    this.applied = from;
  }

  /** Whether it has not been asked for over {@code link} yet; the caller has to do it then. */
  synchronized boolean claim(Link link) {
    if (requestedOver == link) {
      return false;
    }
    requestedOver = link;
    return true;
  }

  /** What asks for it over a new connection. */
  Message.Subscribe request(long tag) {
    boolean everything;
    synchronized (telling) {
      dropPartial();
      everything = listener.wantsEverything();
    }
    synchronized (this) {
      target = null;
      requestTag = tag;
      acknowledged = applied;
      return new Message.Subscribe(tag, told, applied, everything);
    }
  }

  /** Whether the latest SUBSCRIBE has this tag. */
  synchronized boolean isRequest(long tag) {
    return requestTag == tag;
  }

  /** SUBSCRIBE is answered; pushes up to {@code newest} follow. */
  synchronized void resumed(CommitNumber newest) {
    target = newest;
  }

  void reset(CommitNumber at) {
    synchronized (this) {
      // Another history may be shorter than the one that was known.
      applied = applied.isAfter(at) ? CommitNumber.NONE : applied;
    }
    synchronized (telling) {
      dropPartial();
      tell(at, () -> listener.reset(at));
    }
    synchronized (this) {
      target = at;
      newestForeign = at;
    }
  }

  /**
   * @throws DinofsException PROTOCOL if it is none that a server sends
   */
  void push(Message.Push push) throws DinofsException {
    CommittedChange change = push.change();
    AnswerCheck.pushed(change.records());
    synchronized (this) {
      if (target == null) {
        // Of a subscription before this one over the same connection.
        return;
      }
    }
    synchronized (telling) {
      if (!change.number().isAfter(told)) {
        addPartial(change.records());
        return;
      }
      CommittedChange whole = change;
      if (push.committer().equals(self)) {
        whole = change.asOwn();
      } else {
        synchronized (this) {
          newestForeign = change.number();
        }
      }
      if (partialBytes > MAX_PARTIAL_BYTES) {
        log.warn("more has changed than can be taken in; everything is read anew");
        dropPartial();
        tell(change.number(), () -> listener.reset(change.number()));
        return;
      }
      if (!partial.isEmpty()) {
        partial.addAll(change.records());
        whole = new CommittedChange(change.number(), partial);
        dropPartial();
      }
      CommittedChange next = whole;
      tell(change.number(), () -> listener.committed(next));
    }
  }

  private void addPartial(List<VersionedRecord> records) {
    for (VersionedRecord record : records) {
      partialBytes += RECORD_BYTES + record.value().map(Bytes::length).orElse(0);
    }
    if (partialBytes > MAX_PARTIAL_BYTES) {
      partial.clear();
    } else {
      partial.addAll(records);
    }
  }

  private void dropPartial() {
    partial.clear();
    partialBytes = 0;
  }

  /** The commits up to {@code upTo} that were not pushed are of no interest here. */
  void passed(CommitNumber upTo) {
    synchronized (this) {
      if (target == null) {
        return;
      }
    }
    synchronized (telling) {
      if (upTo.isAfter(told)) {
        CommittedChange nothing = new CommittedChange(upTo, List.of());
        tell(upTo, () -> listener.committed(nothing));
      }
    }
  }

  /** What the subscriber keeps; empty if that can't be said. */
  Optional<InodeSet> interest() {
    InodeSet kept = new InodeSet();
    synchronized (telling) {
      if (closed) {
        return Optional.empty();
      }
      tell(told, () -> listener.collectInterest(kept));
      return closed ? Optional.empty() : Optional.of(kept);
    }
  }

  private void tell(CommitNumber number, Runnable call) {
    if (closed) {
      return;
    }
    try {
      call.run();
    } catch (RuntimeException e) {
      // It has missed something, so it must not believe that it is current.
      log.error(
          "a commit listener failed at commit {}; it is not told of anything any more", number, e);
      close();
    }
    told = number;
  }

  /** All commits up to this have been told. */
  CommitNumber told() {
    return told;
  }

  /** How many commits, by their numbers, have been told and are not applied yet. */
  synchronized long lagCommits() {
    return Math.max(0, told.value() - applied.value());
  }

  /** Whether everything has been told that was committed before the connection began. */
  boolean isCaughtUp() {
    CommitNumber goal = target;
    return !closed && goal != null && !goal.isAfter(told);
  }

  /**
   * What has to be said to the server at once, because others wait for it; null if nothing. To be
   * sent by the caller.
   */
  synchronized Message.Applied urgentAcknowledgement() {
    return newestForeign.isAfter(acknowledged) ? acknowledgement() : null;
  }

  /** What can be said to the server on this occasion; null if nothing. To be sent by the caller. */
  synchronized Message.Applied acknowledgement() {
    if (closed || !applied.isAfter(acknowledged)) {
      return null;
    }
    acknowledged = applied;
    return new Message.Applied(applied);
  }

  boolean isClosed() {
    return closed;
  }

  // Called by the subscriber.

  @Override
  public void applied(CommitNumber upTo) {
    synchronized (this) {
      if (!upTo.isAfter(applied)) {
        return;
      }
      applied = upTo;
    }
    session.appliedSome(this);
  }

  @Override
  public boolean isCurrent() {
    return !closed && session.isCurrent(this);
  }

  @Override
  public boolean awaitCurrent(long limitMillis) throws DinofsException {
    return session.awaitCurrent(this, limitMillis);
  }

  @Override
  public void close() {
    synchronized (telling) {
      if (closed) {
        return;
      }
      closed = true;
    }
    session.unsubscribe(this);
  }
}
