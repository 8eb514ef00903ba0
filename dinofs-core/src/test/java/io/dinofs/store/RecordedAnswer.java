package io.dinofs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Waits for what becomes of a lock that was asked for. */
public final class RecordedAnswer implements LockService.Answer {
  private static final long LIMIT_SECONDS = 30;

  private final CompletableFuture<Void> outcome = new CompletableFuture<>();

  @Override
  public void granted() {
    outcome.complete(null);
  }

  @Override
  public void refused(DinofsException reason) {
    outcome.completeExceptionally(reason);
  }

  /** Returns when the lock is granted. */
  public void awaitGranted() throws Exception {
    outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns when the lock is refused for the reason of {@code kind}. */
  public void awaitRefused(ErrorKind kind) {
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS));
    assertEquals(kind, assertInstanceOf(DinofsException.class, refused.getCause()).kind());
  }

  /** Fails if there is an answer already. */
  public void assertWaits() {
    assertFalse(outcome.isDone());
  }

  public boolean isDone() {
    return outcome.isDone();
  }
}
