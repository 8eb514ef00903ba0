package io.dinofs.store.paired;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Waiting;
import io.dinofs.store.Key;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One key on its way from the slow store. */
final class Fetch {
  /** What came of a fetch. */
  sealed interface Outcome {}

  /**
   * The slow store has answered.
   *
   * @param value empty if it has no such key
   * @param notKept why the fast store did not take the value
   */
  record Answered(Optional<Bytes> value, Optional<DinofsException> notKept) implements Outcome {}

  /** The slow store could not answer. */
  record Failed(DinofsException reason) implements Outcome {}

  /** Nothing is known; whoever waits has to look again. */
  record Overtaken() implements Outcome {}

  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  /** Guarded by the lock of {@link Fetches}. */
  private boolean mayFill = true;

  /** Guarded by the lock of {@link Fetches}. */
  private boolean filling;

  boolean beginFill() {
    filling = mayFill;
    return filling;
  }

  void endFill() {
    filling = false;
  }

  boolean isFilling() {
    return filling;
  }

  void forbidFill() {
    mayFill = false;
  }

  void complete(Outcome result) {
    // An interrupt is the fetching thread's own; the others have a try of their own.
    boolean interrupted =
        result instanceof Failed failed && failed.reason().kind() == ErrorKind.INTERRUPTED;
    outcome.complete(interrupted ? new Overtaken() : result);
  }

  void sendAway() {
    outcome.complete(new Overtaken());
  }

  /**
   * Waits for what comes of the fetch.
   *
   * @throws DinofsException INTERRUPTED, UNAVAILABLE after the limit
   */
  Outcome await(Key key, long limitNanos) throws DinofsException {
    Waiting.begin();
    try {
      return awaitOutcome(key, limitNanos);
    } finally {
      Waiting.end();
    }
  }

  private Outcome awaitOutcome(Key key, long limitNanos) throws DinofsException {
    try {
      return outcome.get(limitNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new DinofsException(ErrorKind.UNAVAILABLE, key + " was not fetched in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(
          ErrorKind.INTERRUPTED, "interrupted while " + key + " was fetched", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("outcomes are values", e);
    }
  }
}
