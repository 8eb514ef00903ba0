package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.VersionedStore;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One node's connection to a shared store, of which a test holds the strings: answers can be held
 * back after they were read, pushes before they are told, and the connection can break. Closing it
 * leaves the shared store open.
 */
final class ControllableStore implements VersionedStore {
  private static final long LIMIT_SECONDS = 20;

  private final VersionedStore shared;
  private final Runnable jitter;
  private final AtomicInteger gets = new AtomicInteger();
  private final AtomicInteger lists = new AtomicInteger();
  private final List<CommitNumber> applied = new CopyOnWriteArrayList<>();
  private final AtomicReference<Hold> answers = new AtomicReference<>();
  private final AtomicInteger waits = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger currencyChecks = new AtomicInteger();
  private volatile boolean failsNextAnswer;
  private volatile boolean connected = true;
  private volatile boolean current = true;
  private volatile CommitListener listener;

  /** Guarded by itself. */
  private final Queue<Runnable> heldPushes = new ArrayDeque<>();

  /** Guarded by {@link #heldPushes}. */
  private boolean holdsPushes;

  ControllableStore(VersionedStore shared) {
    this(shared, () -> {});
  }

  /**
   * @param jitter runs between an answer's reading and its return, and before each push
   */
  ControllableStore(VersionedStore shared, Runnable jitter) {
    this.shared = shared;
    this.jitter = jitter;
  }

  /** An answer that was read and has not been returned. */
  static final class Hold {
    private final CountDownLatch read = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    void awaitRead() throws InterruptedException {
      if (!read.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nothing was read");
      }
    }

    void release() {
      released.countDown();
    }

    private void pass() {
      read.countDown();
      try {
        if (!released.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("the answer was never released");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Holds the next answer to a get or list back. */
  Hold holdNextAnswer() {
    Hold hold = new Hold();
    answers.set(hold);
    return hold;
  }

  void holdPushes() {
    synchronized (heldPushes) {
      holdsPushes = true;
    }
  }

  void releasePushes() {
    synchronized (heldPushes) {
      holdsPushes = false;
      while (!heldPushes.isEmpty()) {
        heldPushes.remove().run();
      }
    }
  }

  /** Nothing comes through, and the node knows it. */
  void disconnect() {
    holdPushes();
    connected = false;
    current = false;
  }

  void reconnect() {
    releasePushes();
    connected = true;
    current = true;
    synchronized (answers) {
      answers.notifyAll();
    }
  }

  /** The answer that is held back next is lost. */
  void failNextAnswer() {
    failsNextAnswer = true;
  }

  /** What was committed may have been missed. */
  void loseContinuity() throws DinofsException {
    synchronized (heldPushes) {
      // Under the lock, so that it is not older than what was told.
      CommitNumber newest = shared.statistics().newest();
      tell(() -> listener.reset(newest));
    }
  }

  /** How often somebody waited to become current. */
  int waits() {
    return waits.get();
  }

  boolean isAwaited() {
    return waiting.get() > 0;
  }

  int currencyChecks() {
    return currencyChecks.get();
  }

  int lists() {
    return lists.get();
  }

  int reads() {
    return gets.get() + lists();
  }

  CommitNumber lastApplied() {
    return applied.get(applied.size() - 1);
  }

  @Override
  public VolumeId volume() throws DinofsException {
    return shared.volume();
  }

  @Override
  public Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    requireConnected();
    gets.incrementAndGet();
    Snapshot answer = shared.get(keys, children);
    pass();
    return answer;
  }

  @Override
  public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    requireConnected();
    lists.incrementAndGet();
    Listing answer = shared.list(inode, kind, after, limit, children);
    pass();
    return answer;
  }

  private void pass() throws DinofsException {
    jitter.run();
    Hold hold = answers.getAndSet(null);
    if (hold != null) {
      hold.pass();
      if (failsNextAnswer) {
        failsNextAnswer = false;
        throw new DinofsException(ErrorKind.UNAVAILABLE, "lost by the test");
      }
    }
  }

  @Override
  public CommitResult commit(Commit commit) throws DinofsException {
    requireConnected();
    return shared.commit(commit);
  }

  @Override
  public Subscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException {
    this.listener = listener;
    Subscription subscription =
        shared.subscribe(
            from,
            new CommitListener() {
              @Override
              public void committed(CommittedChange change) {
                tell(() -> listener.committed(change));
              }

              @Override
              public void reset(CommitNumber at) {
                tell(() -> listener.reset(at));
              }
            });
    return new ControlledSubscription(subscription);
  }

  private void tell(Runnable push) {
    synchronized (heldPushes) {
      jitter.run();
      if (holdsPushes) {
        heldPushes.add(push);
      } else {
        push.run();
      }
    }
  }

  private void requireConnected() throws DinofsException {
    if (!connected) {
      throw new DinofsException(ErrorKind.UNAVAILABLE, "disconnected by the test");
    }
  }

  @Override
  public VolumeStatistics statistics() throws DinofsException {
    return shared.statistics();
  }

  @Override
  public void close() {}

  private final class ControlledSubscription implements Subscription {
    private final Subscription subscription;

    ControlledSubscription(Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void applied(CommitNumber upTo) {
      applied.add(upTo);
      subscription.applied(upTo);
    }

    @Override
    public boolean isCurrent() {
      currencyChecks.incrementAndGet();
      return current && subscription.isCurrent();
    }

    @Override
    public boolean awaitCurrent(long limitMillis) throws DinofsException {
      waits.incrementAndGet();
      waiting.incrementAndGet();
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
      try {
        awaitCurrentUntil(deadline);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      waiting.decrementAndGet();
      return current && subscription.awaitCurrent(limitMillis);
    }

    private void awaitCurrentUntil(long deadline) throws InterruptedException {
      synchronized (answers) {
        for (long left = 1; !current && left > 0; left = deadline - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(answers, left);
        }
      }
    }

    @Override
    public void close() {
      subscription.close();
    }
  }
}
