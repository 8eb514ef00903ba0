package io.dinofs.fuse;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Waiting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InterruptionsTest {
  private static final long REQUEST = 42;
  private static final long OTHER = 44;

  private final Interruptions interruptions = new Interruptions(Duration.ZERO);
  private final Interruption interruption = interruptions.newThread();

  @AfterEach
  void stop() {
    interruptions.close();
  }

  /**
   * Waits in a thread of its own as a request does. The result is done when it was interrupted:
   * whether the thread is clean afterwards.
   */
  private CompletableFuture<Boolean> waitInARequest(CountDownLatch waiting) {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              Waiting.setGate(interruption);
              interruption.begin(REQUEST);
              waitForEver(waiting);
              interruption.end();
              interrupted.complete(!Thread.currentThread().isInterrupted());
            });
    thread.setDaemon(true);
    thread.start();
    return interrupted;
  }

  private static void waitForEver(CountDownLatch waiting) {
    Waiting.begin();
    try {
      waiting.countDown();
      assertThrows(InterruptedException.class, new CountDownLatch(1)::await);
      Thread.currentThread().interrupt();
    } finally {
      Waiting.end();
    }
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
    assertTrue(interrupted.join());
  }

  @Test
  void anInterruptThatArrivesBeforeItsRequestIsNotLost() {
    interruptions.interrupt(REQUEST);
    CompletableFuture<Boolean> interrupted = waitInARequest(new CountDownLatch(1));
    await().until(interrupted::isDone);
    assertTrue(interrupted.join());
  }

  @Test
  void aThreadIsInterruptedOnlyWhereItWaits() {
    interruption.begin(REQUEST);
    interruption.interrupt(REQUEST);
    assertFalse(Thread.currentThread().isInterrupted());
    interruption.open();
    assertTrue(Thread.currentThread().isInterrupted());
    interruption.close();
    assertFalse(Thread.currentThread().isInterrupted());
    interruption.end();
  }

  @Test
  void theNextRequestOfTheThreadIsNotInterruptedForTheLastOne() {
    interruption.begin(REQUEST);
    interruption.interrupt(REQUEST);
    interruption.end();
    interruption.begin(OTHER);
    interruption.interrupt(REQUEST);
    interruption.open();
    assertFalse(Thread.currentThread().isInterrupted());
    interruption.close();
    interruption.end();
  }

  @Test
  void aRequestThatNobodyServesIsNotRemembered() {
    assertFalse(interruptions.interruptServed(REQUEST));
    interruption.begin(REQUEST);
    assertTrue(interruptions.interruptServed(REQUEST));
    assertFalse(interruptions.arrivedEarly(REQUEST));
  }

  @Test
  void aRequestThatComesToItsEndInTimeIsNotInterrupted() {
    Interruptions patient = new Interruptions(Duration.ofHours(1));
    Interruption thread = patient.newThread();
    thread.begin(REQUEST);
    patient.interrupt(REQUEST);
    thread.open();
    assertFalse(Thread.currentThread().isInterrupted());
    thread.close();
    patient.close();
  }
}
