package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.LockPlace;
import io.dinofs.model.NodeId;
import io.dinofs.store.LockService;
import io.dinofs.store.lock.HeldLocks;
import io.dinofs.wire.Message;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The locks of this node at the metadata server.
 *
 * <p>What the node holds is written down in the order of the server's answers, by the receiver, so
 * that it is what the server has, and can be claimed again over a new connection. What was under
 * way then is asked for again; the server has forgotten it.
 *
 * <p>Waits that are cancelled while there is no connection are ended by the receiver, too, who is
 * the only one to know that they are not being sent again at the same moment.
 */
final class RemoteLocks implements LockService {
  private final Session session;
  private final Requests requests;
  private final NodeId node;
  private final long timeoutNanos;
  private final Lease lease = new Lease(Moment::now);

  /** Locks that are waited for. */
  private final Set<WaitingLock> waiting = ConcurrentHashMap.newKeySet();

  private final HeldLocks held = new HeldLocks(); // guarded by this

  /** Whether the server may know of locks of this node; guarded by this. */
  private boolean used;

  /** Whether the server has not yet said that it knows this node's locks; guarded by this. */
  private boolean unconfirmed;

  private volatile Consumer<List<FileLock>> lossListener = lost -> {};

  RemoteLocks(Session session, Requests requests, RemoteSettings settings) {
    this.session = session;
    this.requests = requests;
    this.node = settings.node();
    this.timeoutNanos = settings.timeout().toNanos();
  }

  @Override
  public Optional<FileLock> test(FileLock wanted) throws DinofsException {
    Message.FromServer answer = session.call(tag -> new Message.TestLock(tag, wanted));
    if (answer instanceof Message.LockTested tested) {
      return tested.inTheWay();
    }
    throw Requests.unexpected(answer);
  }

  @Override
  public void tryAcquire(FileLock wanted) throws DinofsException {
    use();
    AwaitedAnswer answer = new AwaitedAnswer();
    Acquisition acquisition = new Acquisition(wanted, answer);
    Request unused = session.submit(tag -> new Message.Lock(tag, wanted, false), acquisition);
    try {
      answer.await(timeoutNanos);
    } catch (DinofsException e) {
      acquisition.abandon();
      throw e;
    }
  }

  @Override
  public Waiting acquire(FileLock wanted, Answer answer) {
    use();
    WaitingLock lock = new WaitingLock(new Acquisition(wanted, answer));
    waiting.add(lock);
    try {
      lock.request = session.submit(tag -> new Message.Lock(tag, wanted, true), lock);
    } catch (DinofsException e) {
      lock.failed(e);
    }
    return lock;
  }

  @Override
  public void release(LockPlace place) throws DinofsException {
    synchronized (this) {
      if (!held.holds(place)) {
        return;
      }
    }
    AwaitedAnswer answer = new AwaitedAnswer();
    Request request =
        session.submit(tag -> new Message.Unlock(tag, place), new Release(place, answer));
    try {
      answer.await(timeoutNanos);
    } catch (DinofsException e) {
      if (requests.remove(request)) {
        forget(place);
        // A claim over a new connection may have been on its way.
        session.tell(new Message.Unlock(requests.nextTag(), place));
      }
      throw e;
    }
  }

  private synchronized void forget(LockPlace place) {
    boolean unused = held.clear(place);
  }

  @Override
  public synchronized boolean holds(LockPlace place) {
    return held.holds(place);
  }

  /** How many locks this node holds. */
  synchronized int held() {
    return held.count(node);
  }

  @Override
  public boolean isCertain() {
    return lease.isHeld();
  }

  @Override
  public void onLoss(Consumer<List<FileLock>> listener) {
    lossListener = listener;
  }

  private synchronized void use() {
    used = true;
  }

  /** Writes down what was granted. */
  private final class Acquisition implements Request.Completion {
    private final FileLock wanted;
    private final Answer answer;
    private boolean abandoned; // guarded by RemoteLocks.this

    Acquisition(FileLock wanted, Answer answer) {
      this.wanted = wanted;
      this.answer = answer;
    }

    /** Nobody wants the lock any more: it is given back if it is granted after all. */
    void abandon() {
      synchronized (RemoteLocks.this) {
        abandoned = true;
      }
    }

    @Override
    public void answered(Message.FromServer message) {
      if (message instanceof Message.LockDone) {
        boolean unwanted;
        synchronized (RemoteLocks.this) {
          held.set(wanted);
          unwanted = abandoned;
        }
        answer.granted();
        if (unwanted) {
          giveBack();
        }
      } else {
        answer.refused(refusal(message));
      }
    }

    private void giveBack() {
      AwaitedAnswer ignored = new AwaitedAnswer();
      LockPlace place = wanted.place();
      try {
        Request unused =
            session.submit(tag -> new Message.Unlock(tag, place), new Release(place, ignored));
      } catch (DinofsException e) {
        forget(place);
      }
    }

    @Override
    public void failed(DinofsException reason) {
      answer.refused(reason);
    }
  }

  /** Writes down what was given up. */
  private final class Release implements Request.Completion {
    private final LockPlace place;
    private final Answer answer;

    Release(LockPlace place, Answer answer) {
      this.place = place;
      this.answer = answer;
    }

    @Override
    public void answered(Message.FromServer message) {
      if (message instanceof Message.LockDone) {
        forget(place);
        answer.granted();
      } else {
        answer.refused(refusal(message));
      }
    }

    @Override
    public void failed(DinofsException reason) {
      forget(place);
      answer.refused(reason);
    }
  }

  private static DinofsException refusal(Message.FromServer message) {
    return message instanceof Message.Failure failure
        ? new DinofsException(failure.kind(), failure.text())
        : Requests.unexpected(message);
  }

  /** A lock that is waited for, without a limit as long as the server is there. */
  private final class WaitingLock implements Request.Completion, Waiting {
    private final Acquisition acquisition;
    private volatile Request request;
    private volatile boolean cancelled;

    WaitingLock(Acquisition acquisition) {
      this.acquisition = acquisition;
    }

    @Override
    public void answered(Message.FromServer message) {
      waiting.remove(this);
      acquisition.answered(message);
    }

    @Override
    public void failed(DinofsException reason) {
      waiting.remove(this);
      acquisition.failed(reason);
    }

    @Override
    public void cancel() {
      cancelled = true;
      tellCancelled();
    }

    private void tellCancelled() {
      Request asked = request;
      if (asked != null) {
        session.tell(new Message.CancelLock(asked.message().tag()));
      }
    }

    private void end(DinofsException reason) {
      Request asked = request;
      if (asked != null) {
        requests.fail(asked, reason);
      }
    }
  }

  // Called by the receiver.

  /** There is a new connection, which began after {@code before}. */
  void greeted(Moment before, long leaseNanos) {
    boolean nothingToClaim;
    synchronized (this) {
      nothingToClaim = !used;
      unconfirmed = used;
    }
    if (nothingToClaim) {
      lease.renew(before, leaseNanos);
    }
  }

  /** What is to be said first over a new connection; empty if there is nothing to say. */
  synchronized Optional<Message.FromClient> reassertion(long tag) {
    return unconfirmed
        ? Optional.of(new Message.Reassert(tag, held.heldBy(node)))
        : Optional.empty();
  }

  /** What was under way was sent again; what was cancelled meanwhile is cancelled again. */
  void resent() {
    waiting.stream().filter(lock -> lock.cancelled).forEach(WaitingLock::tellCancelled);
  }

  /** The server has answered REASSERT. */
  void reasserted(boolean kept, Moment sent, long leaseNanos) {
    List<FileLock> lost;
    synchronized (this) {
      unconfirmed = false;
      lost = kept ? List.of() : held.clear(node);
    }
    lease.renew(sent, leaseNanos);
    if (!lost.isEmpty()) {
      lossListener.accept(lost);
    }
  }

  /** The server has heard of this node after {@code sent}. */
  void renew(Moment sent, long leaseNanos) {
    synchronized (this) {
      if (unconfirmed) {
        return;
      }
    }
    lease.renew(sent, leaseNanos);
  }

  /** There has been no connection for {@code nanos}. */
  void away(long nanos) {
    synchronized (this) {
      unconfirmed = used;
    }
    for (WaitingLock lock : waiting) {
      if (lock.cancelled) {
        lock.end(new DinofsException(ErrorKind.INTERRUPTED, "the wait for a lock was interrupted"));
      } else if (nanos > timeoutNanos) {
        lock.end(
            new DinofsException(
                ErrorKind.UNAVAILABLE,
                "the metadata server is away for "
                    + TimeUnit.NANOSECONDS.toMillis(nanos)
                    + " ms, and nobody grants a lock"));
      }
    }
  }
}
