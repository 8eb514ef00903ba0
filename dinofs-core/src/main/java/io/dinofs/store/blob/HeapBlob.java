package io.dinofs.store.blob;

import io.dinofs.model.Bytes;
import io.dinofs.store.BlobStore;
import java.nio.ByteBuffer;

/** A blob on the heap, or any bytes that are to be read as one. */
public record HeapBlob(Bytes value) implements BlobStore.Blob {
  @Override
  public long size() {
    return value.length();
  }

  @Override
  public int read(ByteBuffer target, long offset) {
    if (offset >= value.length()) {
      return 0;
    }
    ByteBuffer source = value.asBuffer().position((int) offset);
    int count = Math.min(source.remaining(), target.remaining());
    target.put(source.limit(source.position() + count));
    return count;
  }

  @Override
  public void close() {}
}
