package io.dinofs.cache;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeSet;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.CommitListener;
import io.dinofs.store.VersionedStore.Subscription;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes the pushes of the store below into the cache, hands them on to the cache's own subscriber,
 * and says that they are applied when both have applied them.
 *
 * <p>Lock order: {@link #subscribing}, the delivery of the store below, {@link #delivery}, the
 * cache's lock. The subscriber is called under {@code delivery}, so that no call starts after its
 * subscription is closed.
 */
final class PushRelay implements CommitListener {
  private final CoherentCache cache;
  private final ReentrantLock delivery = new ReentrantLock();

  /** Commits of others and resets. Written under {@link #delivery}. */
  private final LongAdder pushes = new LongAdder();

  /** Held while a subscription of the store below is made. */
  private final Object subscribing = new Object();

  /** The last commit that was told. Guarded by {@link #delivery}. */
  private CommitNumber told = CommitNumber.NONE;

  /** Null if there is no subscriber. Guarded by {@link #delivery}. */
  private Downstream downstream;

  /**
   * Whether the subscription of the store below leaves nothing out, as it does if the store never
   * asks whether it may. Guarded by delivery.
   */
  private boolean toldEverything = true;

  /** Written under {@link #subscribing}. */
  private volatile Subscription upstream = new PendingSubscription();

  PushRelay(CoherentCache cache) {
    this.cache = cache;
  }

  /** The subscription of the store below. */
  Subscription upstream() {
    return upstream;
  }

  /** How many commits of others, and resets, were taken in. */
  long pushes() {
    return pushes.sum();
  }

  /**
   * Begins to be told.
   *
   * @throws DinofsException as {@link VersionedStore#subscribe}; there is no subscription then
   */
  void connect(VersionedStore below) throws DinofsException {
    synchronized (subscribing) {
      connect(below, CommitNumber.NONE);
    }
  }

  private void connect(VersionedStore below, CommitNumber from) throws DinofsException {
    upstream.close();
    PendingSubscription pending = new PendingSubscription();
    upstream = pending;
    boolean made = false;
    try {
      Subscription subscription = below.subscribe(from, this);
      pending.resolve(subscription);
      upstream = subscription;
      made = true;
    } finally {
      if (!made) {
        pending.fail();
      }
    }
  }

  void disconnect() {
    upstream.close();
  }

  /**
   * Adds the cache's subscriber. One that wants to go on from another commit than the cache is at,
   * or to be told of more than the cache is, needs a new subscription of the store below: should
   * that fail, reads fail with CLOSED until a subscription succeeds.
   *
   * @throws DinofsException as {@link VersionedStore#subscribe}; BUSY if there is a subscriber
   */
  Subscription subscribe(VersionedStore below, CommitNumber from, CommitListener listener)
      throws DinofsException {
    synchronized (subscribing) {
      Downstream subscriber = new Downstream(listener);
      if (attach(subscriber, from)) {
        return subscriber;
      }
      boolean connected = false;
      try {
        connect(below, from);
        connected = true;
        return subscriber;
      } finally {
        if (!connected) {
          subscriber.close();
        }
      }
    }
  }

  /** Adds a subscriber, and says whether it can go on with what is told next. */
  private boolean attach(Downstream subscriber, CommitNumber from) throws DinofsException {
    delivery.lock();
    try {
      if (downstream != null) {
        throw new DinofsException(ErrorKind.BUSY, "a store has one subscription at a time");
      }
      boolean enough = toldEverything || !subscriber.listener.wantsEverything();
      if (enough && from.equals(CommitNumber.NONE)) {
        downstream = subscriber;
        subscriber.listener.reset(told);
        return true;
      }
      if (enough && from.equals(told)) {
        downstream = subscriber;
        return true;
      }
    } finally {
      delivery.unlock();
    }
    // Not under the lock: closing waits for a delivery that is under way.
    upstream.close();
    delivery.lock();
    try {
      downstream = subscriber;
      if (from.isAfter(told)) {
        cache.reset(from);
      }
      return false;
    } finally {
      delivery.unlock();
    }
  }

  @Override
  public void committed(CommittedChange change) {
    delivery.lock();
    try {
      cache.apply(change);
      if (!change.own() && !change.records().isEmpty()) {
        pushes.increment();
      }
      told = change.number();
      if (downstream == null) {
        upstream.applied(told);
      } else {
        downstream.listener.committed(change);
      }
    } finally {
      delivery.unlock();
    }
  }

  @Override
  public void reset(CommitNumber at) {
    delivery.lock();
    try {
      cache.reset(at);
      pushes.increment();
      told = at;
      if (downstream == null) {
        upstream.applied(told);
      } else {
        downstream.listener.reset(at);
      }
    } finally {
      delivery.unlock();
    }
  }

  @Override
  public boolean wantsEverything() {
    delivery.lock();
    try {
      toldEverything = downstream != null && downstream.listener.wantsEverything();
      return toldEverything;
    } finally {
      delivery.unlock();
    }
  }

  /** The cache first: what is found in it later, and kept by the subscriber, is in its part. */
  @Override
  public void collectInterest(InodeSet interest) {
    delivery.lock();
    try {
      cache.collectInterest(interest);
      if (downstream != null) {
        downstream.listener.collectInterest(interest);
      }
    } finally {
      delivery.unlock();
    }
  }

  /** What the cache's subscriber holds. */
  private final class Downstream implements Subscription {
    private final CommitListener listener;
    private volatile boolean closed;

    private Downstream(CommitListener listener) {
      this.listener = listener;
    }

    @Override
    public void applied(CommitNumber upTo) {
      if (!closed) {
        upstream.applied(upTo);
      }
    }

    @Override
    public boolean isCurrent() {
      return !closed && upstream.isCurrent();
    }

    @Override
    public boolean awaitCurrent(long limitMillis) throws DinofsException {
      if (closed) {
        throw new DinofsException(ErrorKind.CLOSED, "the subscription is closed");
      }
      return upstream.awaitCurrent(limitMillis);
    }

    @Override
    public void close() {
      delivery.lock();
      try {
        closed = true;
        if (downstream == this) {
          downstream = null;
          upstream.applied(told);
        }
      } finally {
        delivery.unlock();
      }
    }
  }
}
