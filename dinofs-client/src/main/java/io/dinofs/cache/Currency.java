package io.dinofs.cache;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.VersionedStore.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a read which starts now may use the cache. It is asked before the cache is read:
 * what returned elsewhere before the question is in the cache then. Asked after it, a lease that
 * was lost and won again in between would go unnoticed.
 */
final class Currency {
  private static final Logger log = LoggerFactory.getLogger(Currency.class);

  /**
   * How long reads wait, once, before they make do with what is cached: long enough for a node that
   * slept, or whose connection broke, to find a server that is there.
   */
  private static final long GRACE_MILLIS = 1500;

  private final OfflineMode mode;
  private final long timeoutMillis;

  /** Whether reads are served although the server is away; a race costs a log line at worst. */
  private volatile boolean offline;

  Currency(OfflineMode mode, long timeoutMillis) {
    this.mode = mode;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * @throws DinofsException UNAVAILABLE if the server is away and reads are to wait for it; CLOSED,
   *     INTERRUPTED
   */
  void require(Subscription subscription) throws DinofsException {
    if (subscription.isCurrent()) {
      if (offline) {
        leaveOffline();
      }
    } else if (mode == OfflineMode.WAIT) {
      if (!subscription.awaitCurrent(timeoutMillis)) {
        throw new DinofsException(
            ErrorKind.UNAVAILABLE,
            "the metadata server was not heard of within " + timeoutMillis + " ms");
      }
    } else if (subscription.awaitCurrent(offline ? 0 : Math.min(GRACE_MILLIS, timeoutMillis))) {
      leaveOffline();
    } else if (!offline) {
      offline = true;
      log.info("the metadata server is away; what is cached is served as it was");
    }
  }

  private void leaveOffline() {
    if (offline) {
      offline = false;
      log.info("the metadata server is back; what is cached is up to date");
    }
  }
}
