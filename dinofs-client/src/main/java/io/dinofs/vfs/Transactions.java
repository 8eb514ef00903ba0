package io.dinofs.vfs;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.store.StaleException;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VolumeClock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Evaluates operations until their commit is accepted: compute, commit, and if a record was changed
 * by somebody else, compute again from what is true now (C2 of the design). Safe for any number of
 * threads.
 */
final class Transactions {
  /**
   * So many evaluations follow each other at once; later ones wait a little, so that somebody gets
   * through.
   */
  private static final int EAGER_ATTEMPTS = 8;

  private static final long MAX_PAUSE_MICROS = 5_000;

  private final VersionedStore store;
  private final VolumeClock clock;
  private final NodeId node;
  private final long limitMillis;
  private final AtomicLong commits = new AtomicLong();
  private final Runnable outcomeUnknown;

  /**
   * @param limitMillis how long an operation is tried again before it fails with UNAVAILABLE
   * @param outcomeUnknown is called before an operation fails of whose commit nobody knows whether
   *     it was accepted
   */
  Transactions(
      VersionedStore store,
      VolumeClock clock,
      NodeId node,
      long limitMillis,
      Runnable outcomeUnknown) {
    this.store = store;
    this.clock = clock;
    this.node = node;
    this.limitMillis = limitMillis;
    this.outcomeUnknown = outcomeUnknown;
  }

  /**
   * An operation as a function of what is true now. It is called again when its commit is stale.
   */
  @FunctionalInterface
  interface Operation<T> {
    T evaluate(Transaction transaction) throws DinofsException;
  }

  /**
   * Evaluates and commits. Without mutations there is no commit.
   *
   * @throws DinofsException what the operation throws; what {@link VersionedStore#commit} throws
   *     but STALE
   */
  <T> T run(Operation<T> operation) throws DinofsException {
    return run(operation, (result, commit) -> result);
  }

  /** What an operation has brought about, and by which commit. */
  @FunctionalInterface
  interface Outcome<T, R> {
    R of(T result, CommitNumber commit);
  }

  /**
   * As {@link #run(Operation)}.
   *
   * @param outcome makes of the operation's result, and its commit, what is returned; NONE is the
   *     commit of an operation that changed nothing
   */
  <T, R> R run(Operation<T> operation, Outcome<T, R> outcome) throws DinofsException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    for (int attempt = 0; ; attempt++) {
      Transaction transaction = new Transaction(store, attempt > 0, clock.now());
      T result = operation.evaluate(transaction);
      if (transaction.mutations().isEmpty()) {
        return outcome.of(result, CommitNumber.NONE);
      }
      try {
        CommitId id = new CommitId(node, commits.incrementAndGet());
        CommitResult committed = store.commit(new Commit(id, transaction.mutations()));
        return outcome.of(result, committed.number());
      } catch (StaleException e) {
        if (System.nanoTime() - deadline > 0) {
          throw new DinofsException(
              ErrorKind.UNAVAILABLE,
              "others were faster " + (attempt + 1) + " times: " + e.getMessage(),
              e);
        }
        pause(attempt);
      } catch (DinofsException e) {
        if (e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.INTERRUPTED) {
          outcomeUnknown.run();
        }
        throw e;
      }
    }
  }

  private static void pause(int attempt) throws DinofsException {
    if (attempt < EAGER_ATTEMPTS) {
      return;
    }
    try {
      TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextLong(MAX_PAUSE_MICROS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted between two attempts", e);
    }
  }
}
