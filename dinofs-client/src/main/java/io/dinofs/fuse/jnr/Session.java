package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Interruptions;
import io.dinofs.fuse.RequestObserver;
import io.dinofs.fuse.RequestThreads;
import io.dinofs.fuse.linux.FuseRequests;
import io.dinofs.model.DinofsException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** libfuse's session: reads requests from the kernel, and hands them to libfuse. */
final class Session {
  private final LibFuse fuse;
  private final Addresses addresses;
  private final InitChannel initChannel;
  private final Squashing squashing;
  private final Runnable beforeEnd;
  private final Interruptions interruptions = new Interruptions(Interruptions.PATIENCE);

  /** Native code knows its address only. */
  private final LowLevelCallbacks.Interrupt interrupt =
      (request, data) -> interruptions.interruptServed(request);

  private final CountDownLatch initialized = new CountDownLatch(1);

  /**
   * @param session address of libfuse's session
   * @param channel address of libfuse's channel
   * @param fd the channel's descriptor
   * @param operations the callbacks, of which native code knows only addresses: they have to be
   *     reachable as long as it calls them
   */
  record Addresses(long session, long channel, int fd, LowLevelOperations operations) {}

  /**
   * @param squashing whom requests are of
   * @param beforeEnd called when there will be no request any more, before libfuse's session goes
   */
  Session(
      LibFuse fuse,
      Addresses addresses,
      InitChannel initChannel,
      Squashing squashing,
      Runnable beforeEnd) {
    this.fuse = fuse;
    this.squashing = squashing;
    this.beforeEnd = beforeEnd;
    this.addresses = addresses;
    this.initChannel = initChannel;
  }

  /**
   * Starts to serve requests.
   *
   * @param observer is told of them
   * @throws DinofsException if there can be no thread
   */
  RequestThreads start(RequestObserver observer) throws DinofsException {
    RequestThreads threads =
        new RequestThreads(
            () -> new Exchange(fuse, this),
            () -> {
              beforeEnd.run();
              interruptions.close();
              fuse.fuse_session_destroy(addresses.session);
            },
            observer);
    threads.start();
    return threads;
  }

  Squashing squashing() {
    return squashing;
  }

  Interruptions interruptions() {
    return interruptions;
  }

  /** What libfuse calls when the process that waits for a request was interrupted. */
  LowLevelCallbacks.Interrupt interrupt() {
    return interrupt;
  }

  /** Waits for the kernel's first request to be answered; from then on the mount is usable. */
  boolean awaitInitialized(Duration limit) throws InterruptedException {
    return initialized.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Lets libfuse handle a request: it calls back in this thread. */
  void process(long buffer, int length) {
    // Until the first request is answered the kernel sends no other.
    boolean first = initialized.getCount() != 0;
    long channel = first ? initChannel.channelFor(buffer) : addresses.channel;
    fuse.fuse_session_process(addresses.session, buffer, length, channel);
    initialized.countDown();
  }

  /** Waits for a request and returns its length; 0 if the mount is gone. */
  int receive(long buffer, int capacity) {
    return FuseRequests.read(addresses.fd, buffer, capacity);
  }
}
