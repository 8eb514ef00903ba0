package io.dinofs.crypt;

import io.dinofs.model.Bytes;
import io.dinofs.store.BlobStore;
import java.nio.ByteBuffer;

/** Bytes at hand, read as a blob is. */
record HeldBytes(Bytes bytes) implements BlobStore.Blob {
  @Override
  public long size() {
    return bytes.length();
  }

  @Override
  public int read(ByteBuffer target, long offset) {
    ByteBuffer source = bytes.asBuffer().position((int) Math.min(offset, bytes.length()));
    int count = Math.min(source.remaining(), target.remaining());
    target.put(source.limit(source.position() + count));
    return count;
  }

  @Override
  public void close() {}
}
