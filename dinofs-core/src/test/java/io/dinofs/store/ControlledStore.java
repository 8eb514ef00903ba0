package io.dinofs.store;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A store that fails or waits when a test tells it to, and remembers what was asked of it. */
public final class ControlledStore implements Store {
  private static final int LIMIT_SECONDS = 20;

  private final Store store;

  /** The fields below are guarded by this. */
  private final List<Key> puts = new ArrayList<>();

  private final List<Key> gets = new ArrayList<>();
  private final Set<Key> underWay = new HashSet<>();
  private final Set<Key> refused = new HashSet<>();
  private int mostUnderWay;
  private boolean sameKeyTwice;
  private boolean held;
  private int failingPuts;
  private ErrorKind putFailure = ErrorKind.UNAVAILABLE;
  private int failingGets;

  public ControlledStore(Store store) {
    this.store = store;
  }

  /** From now on calls wait until {@link #release}. */
  public synchronized void hold() {
    held = true;
  }

  public synchronized void release() {
    held = false;
    notifyAll();
  }

  /** The next puts fail with UNAVAILABLE. */
  public synchronized void failNextPuts(int count) {
    failingPuts = count;
  }

  /** From now on puts that fail do it as those of a full store do. */
  public synchronized void failAsIfFull() {
    putFailure = ErrorKind.NO_SPACE;
  }

  /** The next gets fail with UNAVAILABLE. */
  public synchronized void failNextGets(int count) {
    failingGets = count;
  }

  /** Puts of this key fail with INVALID. */
  public synchronized void refuse(Key key) {
    refused.add(key);
  }

  public synchronized void acceptAll() {
    refused.clear();
  }

  /** The keys of all puts that began, those that failed too. */
  public synchronized List<Key> puts() {
    return List.copyOf(puts);
  }

  public synchronized List<Key> gets() {
    return List.copyOf(gets);
  }

  public synchronized int underWay() {
    return underWay.size();
  }

  public synchronized int mostUnderWay() {
    return mostUnderWay;
  }

  public synchronized boolean sawOneKeyPutTwiceAtOnce() {
    return sameKeyTwice;
  }

  @Override
  public void put(Key key, Bytes value) throws DinofsException {
    synchronized (this) {
      puts.add(key);
      sameKeyTwice |= !underWay.add(key);
      mostUnderWay = Math.max(mostUnderWay, underWay.size());
    }
    try {
      passPut(key);
      store.put(key, value);
    } finally {
      synchronized (this) {
        underWay.remove(key);
      }
    }
  }

  @Override
  public Optional<Bytes> get(Key key) throws DinofsException {
    // Read first, so that what is held back is what was there when the call came.
    Optional<Bytes> value = store.get(key);
    synchronized (this) {
      gets.add(key);
    }
    passGet();
    return value;
  }

  private synchronized void passPut(Key key) throws DinofsException {
    awaitRelease();
    if (failingPuts > 0) {
      failingPuts--;
      throw new DinofsException(putFailure, "the test lets the store fail");
    }
    if (refused.contains(key)) {
      throw new DinofsException(ErrorKind.INVALID, "the test lets the store refuse " + key);
    }
  }

  private synchronized void passGet() throws DinofsException {
    awaitRelease();
    if (failingGets > 0) {
      failingGets--;
      throw new DinofsException(ErrorKind.UNAVAILABLE, "the test lets the store fail");
    }
  }

  private synchronized void awaitRelease() throws DinofsException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (held) {
      try {
        wait(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted", e);
      }
      if (System.nanoTime() > deadlineNanos) {
        throw new IllegalStateException("the test does not release the store");
      }
    }
  }

  /** Leaves the store below open, so that a test can look into it and use it again. */
  @Override
  public void close() {}
}
