package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.util.Optional;

/** A store that stops working after some puts, as if the process had ended there. */
final class CrashingStore implements Store {
  private final Store store;
  private final boolean lastPutArrives;
  private int putsLeft;
  private int failuresLeft;

  /**
   * @param puts how many puts work
   * @param lastPutArrives whether the first put that fails is carried out nevertheless
   * @param failures how many calls fail then, before the store works again
   */
  CrashingStore(Store store, int puts, boolean lastPutArrives, int failures) {
    this.store = store;
    this.putsLeft = puts;
    this.lastPutArrives = lastPutArrives;
    this.failuresLeft = failures;
  }

  @Override
  public synchronized void put(Key key, Bytes value) throws DinofsException {
    boolean first = putsLeft == 0;
    if (putsLeft-- > 0 || failuresLeft == 0) {
      store.put(key, value);
      return;
    }
    if (first && lastPutArrives) {
      store.put(key, value);
    }
    fail();
  }

  @Override
  public synchronized Optional<Bytes> get(Key key) throws DinofsException {
    if (putsLeft < 0 && failuresLeft > 0) {
      fail();
    }
    return store.get(key);
  }

  /** Whether a put has failed. */
  synchronized boolean hasCrashed() {
    return putsLeft < 0;
  }

  private void fail() throws DinofsException {
    failuresLeft--;
    throw new DinofsException(ErrorKind.IO, "the test lets the store crash");
  }

  @Override
  public void close() {}
}
