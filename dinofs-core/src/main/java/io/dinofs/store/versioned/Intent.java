package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All puts of one commit as one value. Once it is stored, the commit has happened; to carry it out
 * again, from wherever it was interrupted, is to carry it out.
 *
 * @param puts what is put, by key
 */
record Intent(Map<Key, Bytes> puts) {
  private static final byte FORMAT = 1;

  Intent {
    puts = Map.copyOf(puts);
  }

  /** More than {@link Store#MAX_VALUE_BYTES} cannot be stored. */
  long encodedBytes() {
    long bytes = 1 + Integer.BYTES;
    for (Map.Entry<Key, Bytes> put : puts.entrySet()) {
      bytes += StoreEncoding.size(put.getKey().bytes()) + (long) StoreEncoding.size(put.getValue());
    }
    return bytes;
  }

  Bytes encode() {
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(encodedBytes()));
    out.put(FORMAT).putInt(puts.size());
    puts.forEach(
        (key, value) -> {
          StoreEncoding.put(out, key.bytes());
          StoreEncoding.put(out, value);
        });
    return Bytes.wrap(out.array());
  }

  /**
   * @throws CorruptRecordException if the bytes are not an intent of this format
   */
  static Intent decode(Bytes encoded) throws CorruptRecordException {
    ByteBuffer in = encoded.asBuffer();
    try {
      if (in.get() != FORMAT) {
        throw new CorruptRecordException("not an intent of this format");
      }
      int count = in.getInt();
      Map<Key, Bytes> puts = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        puts.put(new Key(StoreEncoding.getBytes(in)), StoreEncoding.getBytes(in));
      }
      return new Intent(puts);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptRecordException("not an intent: " + e.getMessage());
    }
  }
}
