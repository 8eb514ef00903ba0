package io.dinofs.store.blob;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobStore;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.nio.ByteBuffer;

/**
 * A blob store over any plain store, which it owns. Blobs are hashed when they come in and when
 * they go out.
 */
public final class ContentAddressedStore implements BlobStore {
  private final Store store;

  public ContentAddressedStore(Store store) {
    this.store = store;
  }

  @Override
  public BlobKey put(ByteBuffer value) throws DinofsException {
    return put(store, value);
  }

  @Override
  public Bytes get(BlobKey key) throws DinofsException {
    return get(store, key);
  }

  @Override
  public Blob open(BlobKey key) throws DinofsException {
    return new HeapBlob(get(store, key));
  }

  @Override
  public void close() throws DinofsException {
    store.close();
  }

  static BlobKey put(Store store, ByteBuffer value) throws DinofsException {
    if (value.remaining() > Store.MAX_VALUE_BYTES) {
      throw new DinofsException(ErrorKind.TOO_BIG, "a blob of " + value.remaining() + " bytes");
    }
    // Copied before it is hashed, so that a caller who changes it meanwhile can't store it under a
    // wrong key.
    Bytes bytes = Bytes.copyOf(value);
    BlobKey key = BlobKey.of(bytes.asBuffer());
    store.put(Key.ofBlob(key), bytes);
    return key;
  }

  static Bytes get(Store store, BlobKey key) throws DinofsException {
    Bytes value = store.get(Key.ofBlob(key)).orElseThrow(() -> notFound(key));
    if (!BlobKey.of(value.asBuffer()).equals(key)) {
      throw corrupt(key, value.length());
    }
    return value;
  }

  static DinofsException notFound(BlobKey key) {
    return new DinofsException(ErrorKind.NOT_FOUND, "no blob " + key);
  }

  static DinofsException corrupt(BlobKey key, long size) {
    return new DinofsException(
        ErrorKind.CORRUPT, "blob " + key + " has other contents: " + size + " bytes");
  }
}
