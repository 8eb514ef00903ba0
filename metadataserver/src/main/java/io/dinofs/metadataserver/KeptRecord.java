package io.dinofs.metadataserver;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Bytes under one key of a plain store. */
final class KeptRecord implements KeptBytes {
  private final Store store;
  private final Key key;

  /**
   * @param store the caller's
   */
  KeptRecord(Store store, Key key) {
    this.store = store;
    this.key = key;
  }

  @Override
  public Optional<ByteBuffer> read() throws DinofsException {
    return store.get(key).map(Bytes::asBuffer);
  }

  @Override
  public void write(ByteBuffer bytes) throws DinofsException {
    byte[] value = new byte[bytes.remaining()];
    bytes.get(value);
    store.put(key, Bytes.wrap(value));
  }

  @Override
  public String toString() {
    return key + " in the store";
  }
}
