package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import java.nio.ByteBuffer;
import org.lmdbjava.Cursor;
import org.lmdbjava.GetOp;

/** Walks over the records in LMDB whose keys have one prefix. */
final class TableCursor implements RecordCursor, AutoCloseable {
  private final Cursor<ByteBuffer> cursor;
  private final Bytes from;
  private final Bytes prefix;
  private boolean started;
  private Bytes key;

  TableCursor(Cursor<ByteBuffer> cursor, Bytes from, Bytes prefix) {
    this.cursor = cursor;
    this.from = from;
    this.prefix = prefix;
  }

  @Override
  public boolean next() {
    boolean found;
    if (started) {
      found = cursor.next();
    } else {
      ByteBuffer start = ByteBuffer.allocateDirect(from.length());
      from.writeTo(start);
      found = cursor.get(start.flip(), GetOp.MDB_SET_RANGE);
      started = true;
    }
    key = found ? Bytes.copyOf(cursor.key()) : Bytes.EMPTY;
    return found && key.startsWith(prefix);
  }

  @Override
  public Bytes key() {
    return key;
  }

  @Override
  public VersionedRecord record() throws DinofsException {
    return RecordTable.decode(RecordKey.decode(key.asBuffer()), cursor.val());
  }

  @Override
  public void close() {
    cursor.close();
  }
}
