package io.dinofs.fuse.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class InterruptionsTest {
  private static final long REQUEST = 42;
  private static final long OTHER = 44;

  private final Interruptions interruptions = new Interruptions();
  private final Interruption interruption = interruptions.newThread();

  /** Waits in a thread of its own as a request does, and returns what came of it. */
  private CompletableFuture<Boolean> waitInARequest(CountDownLatch waiting) {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              interruption.begin(REQUEST);
              try {
                interruption.whileWaiting(
                    () -> {
                      waiting.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted", e);
                      }
                    });
              } catch (DinofsException e) {
                interruption.end();
                interrupted.complete(
                    e.kind() == ErrorKind.INTERRUPTED && !Thread.currentThread().isInterrupted());
              }
            });
    thread.setDaemon(true);
    thread.start();
    return interrupted;
  }

  @Test
  void aRequestThatWaitsIsInterrupted() throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = waitInARequest(waiting);
    waiting.await();
    interruptions.interrupt(OTHER);
    assertFalse(interrupted.isDone());
    interruptions.interrupt(REQUEST);
    await().until(interrupted::isDone);
    assertEquals(true, interrupted.join());
  }

  @Test
  void anInterruptThatArrivesBeforeItsRequestIsNotLost() {
    interruptions.interrupt(REQUEST);
    CompletableFuture<Boolean> interrupted = waitInARequest(new CountDownLatch(1));
    await().until(interrupted::isDone);
    assertEquals(true, interrupted.join());
  }

  @Test
  void aThreadThatDoesNotWaitIsLeftAlone() {
    interruption.begin(REQUEST);
    interruptions.interrupt(REQUEST);
    assertFalse(Thread.currentThread().isInterrupted());
    DinofsException e =
        assertThrows(DinofsException.class, () -> interruption.whileWaiting(() -> {}));
    assertEquals(ErrorKind.INTERRUPTED, e.kind());
    interruption.end();
  }

  @Test
  void theNextRequestOfTheThreadIsNotInterruptedForTheLastOne() throws DinofsException {
    interruption.begin(REQUEST);
    interruptions.interrupt(REQUEST);
    interruption.end();
    interruption.begin(OTHER);
    interruption.whileWaiting(() -> {});
    interruption.end();
    interruptions.interrupt(OTHER);
    assertFalse(Thread.currentThread().isInterrupted());
  }
}
