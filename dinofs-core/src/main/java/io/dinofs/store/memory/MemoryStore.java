package io.dinofs.store.memory;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.DeletingStore;
import io.dinofs.store.EnumeratingStore;
import io.dinofs.store.Key;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** A plain store in the heap. Nothing outlives {@link #close}. */
public final class MemoryStore implements DeletingStore, EnumeratingStore {
  private final ConcurrentMap<Key, Bytes> values = new ConcurrentHashMap<>();
  private volatile boolean closed;

  @Override
  public void put(Key key, Bytes value) throws DinofsException {
    requireOpen();
    if (value.length() > MAX_VALUE_BYTES) {
      throw new DinofsException(
          ErrorKind.TOO_BIG, "a value of " + value.length() + " bytes under " + key);
    }
    values.put(key, value);
  }

  @Override
  public Optional<Bytes> get(Key key) throws DinofsException {
    requireOpen();
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public boolean delete(Key key) throws DinofsException {
    requireOpen();
    return values.remove(key) != null;
  }

  @Override
  public void forEachKey(Consumer<Key> visitor) throws DinofsException {
    requireOpen();
    values.keySet().forEach(visitor);
  }

  @Override
  public void close() {
    closed = true;
    values.clear();
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
    }
  }
}
