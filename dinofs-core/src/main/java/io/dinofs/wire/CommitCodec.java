package io.dinofs.wire;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Commits on the wire. */
final class CommitCodec {
  private static final byte PUT = 1;
  private static final byte DELETE = 2;
  private static final byte CHECK = 3;
  private static final byte TOUCH = 4;

  /** What the shortest mutation has, a delete or a check. */
  private static final int MIN_MUTATION_BYTES = 1 + RecordCodec.MIN_KEY_BYTES + Long.BYTES;

  private CommitCodec() {}

  static void write(Commit commit, ByteBuf out) {
    out.writeLong(commit.id().node().value()).writeLong(commit.id().counter());
    out.writeInt(commit.mutations().size());
    for (Mutation mutation : commit.mutations()) {
      if (mutation instanceof Mutation.Put put) {
        writeConditional(PUT, put, out);
        Fields.writeBytes(put.value(), out);
      } else if (mutation instanceof Mutation.Delete delete) {
        writeConditional(DELETE, delete, out);
      } else if (mutation instanceof Mutation.Check check) {
        writeConditional(CHECK, check, out);
      } else {
        Mutation.TouchDirectory touch = (Mutation.TouchDirectory) mutation;
        out.writeByte(TOUCH).writeLong(touch.directory().value());
        out.writeInt(touch.entryDelta()).writeInt(touch.linkDelta());
        Fields.writeInstant(touch.time(), out);
      }
    }
  }

  static Commit read(ByteBuf in) {
    NodeId node = new NodeId(in.readLong());
    CommitId id = new CommitId(node, in.readLong());
    int count = Fields.readCount(in, Commit.MAX_MUTATIONS, MIN_MUTATION_BYTES);
    List<Mutation> mutations = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      mutations.add(readMutation(in));
    }
    return new Commit(id, mutations);
  }

  private static void writeConditional(byte type, Mutation.Conditional mutation, ByteBuf out) {
    out.writeByte(type);
    RecordCodec.writeKey(mutation.key(), out);
    out.writeLong(mutation.seen().value());
  }

  private static Mutation readMutation(ByteBuf in) {
    byte type = in.readByte();
    if (type == TOUCH) {
      InodeId directory = new InodeId(in.readLong());
      int entryDelta = in.readInt();
      int linkDelta = in.readInt();
      return new Mutation.TouchDirectory(directory, entryDelta, linkDelta, Fields.readInstant(in));
    }
    RecordKey key = RecordCodec.readKey(in);
    Version seen = Fields.readVersion(in);
    return switch (type) {
      case PUT ->
          new Mutation.Put(key, seen, Fields.readBytes(in, VersionedRecord.MAX_VALUE_BYTES));
      case DELETE -> new Mutation.Delete(key, seen);
      case CHECK -> new Mutation.Check(key, seen);
      default -> throw new IllegalArgumentException("a mutation of unknown type " + type);
    };
  }
}
