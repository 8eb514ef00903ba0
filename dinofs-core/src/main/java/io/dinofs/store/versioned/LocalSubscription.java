package io.dinofs.store.versioned;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.VersionedStore.CommitListener;
import io.dinofs.store.VersionedStore.Subscription;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber in this process. What is enqueued is told by whichever thread delivers first; the
 * others wait for it.
 *
 * <p>Lock order: {@link #delivery}, then {@link #queue}. The listener is called under {@code
 * delivery} only, which is nobody else's.
 */
public final class LocalSubscription implements Subscription {
  private static final Logger log = LoggerFactory.getLogger(LocalSubscription.class);

  private final CommitListener listener;
  private final Consumer<LocalSubscription> onClose;
  private final ReentrantLock delivery = new ReentrantLock();

  /** Guarded by itself. As long as commits are under way: each waits until its own was told. */
  private final Queue<Event> queue = new ArrayDeque<>();

  /** Written under {@link #delivery}. */
  private volatile boolean closed;

  LocalSubscription(CommitListener listener, Consumer<LocalSubscription> onClose) {
    this.listener = listener;
    this.onClose = onClose;
  }

  private record Event(CommitNumber number, Consumer<CommitListener> call) {}

  void enqueue(CommittedChange change) {
    add(new Event(change.number(), target -> target.committed(change)));
  }

  void enqueueReset(CommitNumber at) {
    add(new Event(at, target -> target.reset(at)));
  }

  private void add(Event event) {
    synchronized (queue) {
      queue.add(event);
    }
  }

  /** Returns when everything up to {@code number} that was enqueued has been told. */
  public void deliver(CommitNumber number) {
    delivery.lock();
    try {
      for (Event event = next(number); event != null && !closed; event = next(number)) {
        tell(event);
      }
    } finally {
      delivery.unlock();
    }
  }

  private Event next(CommitNumber number) {
    synchronized (queue) {
      Event head = queue.peek();
      return head == null || head.number().isAfter(number) ? null : queue.remove();
    }
  }

  private void tell(Event event) {
    try {
      event.call().accept(listener);
    } catch (RuntimeException e) {
      // It has missed something, so it must not believe that it is current.
      log.error(
          "a commit listener failed at commit {}; it is not told of anything any more",
          event.number(),
          e);
      close();
    }
  }

  /** Of no use here: a listener has applied what it was told before the commit returns. */
  @Override
  public void applied(CommitNumber upTo) {}

  @Override
  public boolean isCurrent() {
    return !closed;
  }

  @Override
  public boolean awaitCurrent(long limitMillis) throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the subscription is closed");
    }
    return true;
  }

  @Override
  public void close() {
    delivery.lock();
    try {
      closed = true;
      onClose.accept(this);
    } finally {
      delivery.unlock();
    }
  }
}
