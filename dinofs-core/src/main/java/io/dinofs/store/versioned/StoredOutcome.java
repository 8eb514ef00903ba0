package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.NodeId;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.Key;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a commit, as a {@link VersionedStoreWrapper} keeps it: the latest {@value #SLOTS},
 * each in a place of its own.
 */
record StoredOutcome(CommitId id, CommitResult result) {
  static final int SLOTS = 256;

  private static final int FIXED_BYTES = 3 * Long.BYTES + Integer.BYTES;

  static Key slot(int number) {
    return Key.of("outcome-" + number);
  }

  Key key() {
    return slot((int) (result.number().value() % SLOTS));
  }

  Bytes encode() {
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + StoreEncoding.size(result.touched()));
    out.putLong(id.node().value()).putLong(id.counter()).putLong(result.number().value());
    out.putInt(result.touched().size());
    result.touched().forEach(record -> StoreEncoding.put(out, record));
    return Bytes.wrap(out.array());
  }

  /**
   * @throws CorruptRecordException if the bytes are not an outcome
   */
  static StoredOutcome decode(Bytes encoded) throws CorruptRecordException {
    ByteBuffer in = encoded.asBuffer();
    try {
      CommitId id = new CommitId(new NodeId(in.getLong()), in.getLong());
      CommitNumber number = new CommitNumber(in.getLong());
      int count = in.getInt();
      List<VersionedRecord> touched = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        touched.add(StoreEncoding.getRecord(in));
      }
      return new StoredOutcome(id, new CommitResult(number, touched));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptRecordException("not a commit's outcome: " + e.getMessage());
    }
  }
}
