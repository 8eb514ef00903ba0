package io.dinofs.wire;

import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockOwner;
import io.dinofs.model.LockPlace;
import io.dinofs.model.LockRange;
import io.dinofs.model.NodeId;
import io.netty.buffer.ByteBuf;

/** Locks, in {@value #LOCK_BYTES} bytes each. */
final class LockCodec {
  /** Inode, kind, node, number, start, end, mode, process. */
  static final int LOCK_BYTES = 8 + 1 + 8 + 8 + 8 + 8 + 1 + 4;

  private LockCodec() {}

  static void write(FileLock lock, ByteBuf out) {
    writePlace(lock.place(), out);
    out.writeByte(lock.mode().number()).writeInt(lock.pid());
  }

  static FileLock read(ByteBuf in) {
    LockPlace place = readPlace(in);
    LockMode mode =
        LockMode.ofNumber(in.readByte())
            .orElseThrow(() -> new IllegalArgumentException("unknown lock mode"));
    return new FileLock(place, mode, in.readInt());
  }

  static void writePlace(LockPlace place, ByteBuf out) {
    out.writeLong(place.inode().value())
        .writeByte(place.kind().number())
        .writeLong(place.owner().node().value())
        .writeLong(place.owner().number())
        .writeLong(place.range().start())
        .writeLong(place.range().end());
  }

  static LockPlace readPlace(ByteBuf in) {
    InodeId inode = new InodeId(in.readLong());
    LockKind kind =
        LockKind.ofNumber(in.readByte())
            .orElseThrow(() -> new IllegalArgumentException("unknown lock kind"));
    LockOwner owner = new LockOwner(new NodeId(in.readLong()), in.readLong());
    long start = in.readLong();
    return new LockPlace(inode, kind, owner, new LockRange(start, in.readLong()));
  }
}
