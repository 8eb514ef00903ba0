package io.dinofs.store.paired;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what the fast store lacks from the slow one, each key once at a time, and keeps it in the
 * fast one.
 */
final class ReadThrough {
  private static final Logger log = LoggerFactory.getLogger(ReadThrough.class);

  private final Store fast;
  private final Store slow;
  private final Fetches fetches;
  private final long limitNanos;
  private final ArrivalCheck check;
  private final AtomicBoolean fillsFail = new AtomicBoolean();

  ReadThrough(Store fast, Store slow, Fetches fetches, Duration limit, ArrivalCheck check) {
    this.fast = fast;
    this.slow = slow;
    this.fetches = fetches;
    this.limitNanos = limit.toNanos();
    this.check = check;
  }

  /**
   * The value of a key that the fast store lacked just now.
   *
   * @throws DinofsException as {@link Store#get}
   */
  Fetch.Answered fetch(Key key) throws DinofsException {
    while (true) {
      Fetch own = new Fetch();
      Fetch fetch = fetches.joinOrLead(key, own);
      Fetch.Outcome outcome = fetch == own ? lead(key, own) : fetch.await(key, limitNanos);
      if (outcome instanceof Fetch.Answered answered) {
        return answered;
      }
      if (outcome instanceof Fetch.Failed failed) {
        throw new DinofsException(
            failed.reason().kind(), failed.reason().getMessage(), failed.reason());
      }
      Optional<Bytes> local = fast.get(key);
      if (local.isPresent()) {
        return new Fetch.Answered(local, Optional.empty());
      }
    }
  }

  private Fetch.Outcome lead(Key key, Fetch own) {
    Fetch.Outcome outcome =
        new Fetch.Failed(new DinofsException(ErrorKind.IO, key + " was not fetched"));
    try {
      outcome = fetchAndKeep(key, own);
    } catch (DinofsException e) {
      outcome = new Fetch.Failed(e);
    } finally {
      fetches.finish(key, own);
      own.complete(outcome);
    }
    return outcome;
  }

  private Fetch.Answered fetchAndKeep(Key key, Fetch own) throws DinofsException {
    // A put may have ended after the caller's look and before this fetch was known.
    Optional<Bytes> local = fast.get(key);
    if (local.isPresent()) {
      return new Fetch.Answered(local, Optional.empty());
    }
    Optional<Bytes> value = slow.get(key);
    if (value.isPresent()) {
      check.arrived(key, value.get());
    }
    if (value.isEmpty() || !fetches.beginFill(own)) {
      return new Fetch.Answered(value, Optional.empty());
    }
    return new Fetch.Answered(value, keep(key, value.get()));
  }

  private Optional<DinofsException> keep(Key key, Bytes value) {
    try {
      fast.put(key, value);
      if (fillsFail.getAndSet(false)) {
        log.info("the cache takes what is fetched again");
      }
      return Optional.empty();
    } catch (DinofsException e) {
      if (!fillsFail.getAndSet(true)) {
        log.warn("the cache does not take what is fetched: {}", e.getMessage());
      }
      return Optional.of(e);
    }
  }
}
