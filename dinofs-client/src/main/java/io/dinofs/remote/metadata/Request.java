package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Waiting;
import io.dinofs.wire.Message;
import java.util.concurrent.locks.LockSupport;

/** A request, and who waits for its answer: a thread, or a {@link Completion}. */
final class Request {
  private final Message.FromClient message;
  private final Completion completion;
  private final Thread waiter = Thread.currentThread();
  private Link sentOver; // guarded by this
  private volatile Message.FromServer answer;
  private volatile DinofsException failure;

  /** Is told once what became of a request; must not block. */
  interface Completion {
    /**
     * Called by the receiver, in the order of the answers.
     *
     * @param answer may be a {@link Message.Failure}
     */
    void answered(Message.FromServer answer);

    /** There will be no answer. */
    void failed(DinofsException reason);
  }

  /** To be waited for by the calling thread. */
  Request(Message.FromClient message) {
    this(message, null);
  }

  /**
   * @param completion null if the calling thread waits
   */
  Request(Message.FromClient message, Completion completion) {
    this.message = message;
    this.completion = completion;
  }

  /** Whether no thread waits. */
  boolean isAsynchronous() {
    return completion != null;
  }

  Message.FromClient message() {
    return message;
  }

  /** Whether it has not been sent over {@code link} yet; the caller has to send it then. */
  synchronized boolean claim(Link link) {
    if (sentOver == link) {
      return false;
    }
    sentOver = link;
    return true;
  }

  void complete(Message.FromServer with) {
    if (completion != null) {
      completion.answered(with);
      return;
    }
    answer = with;
    LockSupport.unpark(waiter);
  }

  void fail(DinofsException reason) {
    if (completion != null) {
      completion.failed(reason);
      return;
    }
    failure = reason;
    LockSupport.unpark(waiter);
  }

  /**
   * Waits for the answer.
   *
   * @throws DinofsException UNAVAILABLE after the limit, INTERRUPTED with the flag set, and what it
   *     was failed with
   */
  Message.FromServer await(long limitNanos) throws DinofsException {
    if (answer != null) {
      return answer;
    }
    Waiting.begin();
    try {
      return awaitAnswer(limitNanos);
    } finally {
      Waiting.end();
    }
  }

  private Message.FromServer awaitAnswer(long limitNanos) throws DinofsException {
    long start = System.nanoTime();
    while (answer == null) {
      if (failure != null) {
        throw new DinofsException(failure.kind(), failure.getMessage(), failure);
      }
      long left = start + limitNanos - System.nanoTime();
      if (left <= 0) {
        throw new DinofsException(
            ErrorKind.UNAVAILABLE,
            "the metadata server did not answer within " + limitNanos / 1_000_000 + " ms");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new DinofsException(
            ErrorKind.INTERRUPTED, "interrupted while waiting for the metadata server");
      }
      LockSupport.parkNanos(this, left);
    }
    return answer;
  }
}
