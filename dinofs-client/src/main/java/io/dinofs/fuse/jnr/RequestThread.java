package io.dinofs.fuse.jnr;

/** A thread that reads requests, and in which libfuse calls back. */
final class RequestThread extends Thread {
  private final Exchange exchange;

  RequestThread(Runnable loop, int number, Exchange exchange) {
    super(loop, "fuse-" + number);
    this.exchange = exchange;
    setDaemon(true);
  }

  Exchange exchange() {
    return exchange;
  }

  /** That of the calling thread, which must be a RequestThread. */
  static RequestThread current() {
    return (RequestThread) Thread.currentThread();
  }
}
