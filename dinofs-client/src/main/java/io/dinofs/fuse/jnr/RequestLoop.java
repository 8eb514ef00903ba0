package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.linux.Native;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads requests from the kernel and hands them to libfuse, in as many threads as have something to
 * wait for: whenever all threads serve requests there is one more, up to a limit, and a thread that
 * finds enough others idle ends.
 */
final class RequestLoop {
  private static final Logger log = LoggerFactory.getLogger(RequestLoop.class);

  /** More than the kernel has requests in the background, so that these never take all threads. */
  private static final int MAX_THREADS = 128;

  private static final int MAX_IDLE_THREADS = 6;

  private final LibFuse fuse;
  private final Session session;
  private final InitChannel initChannel;
  private final CountDownLatch initialized = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger threads = new AtomicInteger();
  private final AtomicInteger idleThreads = new AtomicInteger();
  private final AtomicInteger lastThreadNumber = new AtomicInteger();

  /**
   * @param session address of libfuse's session
   * @param channel address of libfuse's channel
   * @param fd the channel's descriptor
   * @param operations the callbacks, of which native code knows only addresses: they have to be
   *     reachable as long as it calls them
   */
  record Session(long session, long channel, int fd, LowLevelOperations operations) {}

  RequestLoop(LibFuse fuse, Session session, InitChannel initChannel) {
    this.fuse = fuse;
    this.session = session;
    this.initChannel = initChannel;
  }

  /** Starts the first thread; to be called once. */
  void start() {
    threads.incrementAndGet();
    startThread(this::initialize);
  }

  /** Waits for the kernel's first request to be answered; from then on the mount is usable. */
  boolean awaitInitialized(Duration limit) throws InterruptedException {
    return initialized.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  boolean awaitEnd(Duration limit) throws InterruptedException {
    return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  private void startThread(Runnable body) {
    Exchange exchange = new Exchange(fuse);
    new RequestThread(body, lastThreadNumber.incrementAndGet(), exchange).start();
  }

  private void initialize() {
    long buffer = RequestThread.current().exchange().requestAddress();
    int length = receive(buffer);
    if (length > 0) {
      fuse.fuse_session_process(session.session, buffer, length, initChannel.channelFor(buffer));
      initialized.countDown();
      serve();
    } else {
      endThread();
    }
  }

  private void serve() {
    long buffer = RequestThread.current().exchange().requestAddress();
    while (true) {
      idleThreads.incrementAndGet();
      int length = receive(buffer);
      int idle = idleThreads.decrementAndGet();
      if (length == 0) {
        break;
      }
      if (idle == 0) {
        addThread();
      }
      fuse.fuse_session_process(session.session, buffer, length, session.channel);
      if (idleThreads.get() >= MAX_IDLE_THREADS) {
        break;
      }
    }
    endThread();
  }

  private void addThread() {
    if (threads.incrementAndGet() <= MAX_THREADS) {
      startThread(this::serve);
    } else {
      threads.decrementAndGet();
    }
  }

  private void endThread() {
    if (threads.decrementAndGet() == 0) {
      fuse.fuse_session_destroy(session.session);
      ended.countDown();
    }
  }

  /** Waits for a request and returns its length; 0 if the mount is gone. */
  private int receive(long buffer) {
    while (true) {
      long length = Native.LIBC.read(session.fd, buffer, Exchange.requestBytes());
      if (length > 0) {
        return (int) length;
      }
      int errno = length == 0 ? Errno.ENODEV : Native.errno();
      switch (errno) {
        // ENOENT: the request was interrupted before it was read.
        case Errno.EINTR, Errno.EAGAIN, Errno.ENOENT -> {}
        case Errno.ENODEV, Errno.ECONNABORTED -> {
          return 0;
        }
        default -> {
          log.error("reading requests from the kernel fails with errno {}; giving up", errno);
          return 0;
        }
      }
    }
  }
}
