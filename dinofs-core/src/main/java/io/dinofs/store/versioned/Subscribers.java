package io.dinofs.store.versioned;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.store.VersionedStore.CommitListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The subscribers of a store in this process, told in commit order.
 *
 * <p>An engine calls {@link #enqueue} in commit order, under the lock that orders its commits, and
 * {@link #deliver} after it has given that lock back and before the commit returns: so no listener
 * runs under the engine's lock, and every listener has been told of a commit when it returns.
 */
public final class Subscribers {
  private final CopyOnWriteArrayList<LocalSubscription> subscriptions =
      new CopyOnWriteArrayList<>();

  /**
   * Adds a subscriber. Call it under the lock that orders the commits, and {@link
   * LocalSubscription#deliver} after it.
   *
   * @param missed the commits that the subscriber has missed; empty if they are not known: it
   *     starts with a reset
   * @param newest the newest commit
   */
  public LocalSubscription add(
      CommitListener listener, Optional<List<CommittedChange>> missed, CommitNumber newest) {
    LocalSubscription subscription = new LocalSubscription(listener, subscriptions::remove);
    if (missed.isPresent()) {
      missed.get().forEach(subscription::enqueue);
    } else {
      subscription.enqueueReset(newest);
    }
    subscriptions.add(subscription);
    return subscription;
  }

  public void enqueue(CommittedChange change) {
    for (LocalSubscription subscription : subscriptions) {
      subscription.enqueue(change);
    }
  }

  /**
   * Returns when every subscriber has been told of everything up to {@code number} that was
   * enqueued.
   */
  public void deliver(CommitNumber number) {
    for (LocalSubscription subscription : subscriptions) {
      subscription.deliver(number);
    }
  }

  /** Ends all subscriptions. */
  public void close() {
    subscriptions.forEach(LocalSubscription::close);
  }
}
