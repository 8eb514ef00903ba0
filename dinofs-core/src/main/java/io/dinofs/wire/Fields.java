package io.dinofs.wire;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.Version;
import io.dinofs.model.VolumeId;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.UUID;

/**
 * Fields that several messages have. Reading one that is out of its range throws
 * IllegalArgumentException, one that is cut off IndexOutOfBoundsException.
 */
final class Fields {
  /** "dino": what every HELLO starts with, so that a stranger on the port is known at once. */
  static final int MAGIC = 0x64696e6f;

  private static final int MAX_NANOS = 999_999_999;

  private Fields() {}

  static void writeVolume(VolumeId volume, ByteBuf out) {
    out.writeLong(volume.value().getMostSignificantBits())
        .writeLong(volume.value().getLeastSignificantBits());
  }

  static VolumeId readVolume(ByteBuf in) {
    long most = in.readLong();
    return new VolumeId(new UUID(most, in.readLong()));
  }

  static boolean readFlag(ByteBuf in) {
    byte flag = in.readByte();
    if (flag != 0 && flag != 1) {
      throw new IllegalArgumentException("a flag of " + flag);
    }
    return flag == 1;
  }

  static CommitNumber readCommitNumber(ByteBuf in) {
    return new CommitNumber(in.readLong());
  }

  static Version readVersion(ByteBuf in) {
    return new Version(in.readLong());
  }

  /** A count whose elements have at least {@code minBytes} each, checked against what is left. */
  static int readCount(ByteBuf in, int max, int minBytes) {
    int count = in.readInt();
    if (count < 0 || count > max || (long) count * minBytes > in.readableBytes()) {
      throw new IllegalArgumentException(
          "a count of " + count + " with " + in.readableBytes() + " bytes left");
    }
    return count;
  }

  static void writeBytes(Bytes bytes, ByteBuf out) {
    out.writeInt(bytes.length()).writeBytes(bytes.asBuffer());
  }

  static Bytes readBytes(ByteBuf in, int max) {
    return take(in, readCount(in, max, 1));
  }

  static Bytes take(ByteBuf in, int length) {
    if (length > in.readableBytes()) {
      throw new IllegalArgumentException(length + " bytes with " + in.readableBytes() + " left");
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return Bytes.wrap(bytes);
  }

  static void writeInstant(Instant time, ByteBuf out) {
    out.writeLong(time.getEpochSecond()).writeInt(time.getNano());
  }

  static Instant readInstant(ByteBuf in) {
    long seconds = in.readLong();
    int nanos = in.readInt();
    if (nanos < 0 || nanos > MAX_NANOS) {
      throw new IllegalArgumentException("a time with " + nanos + " nanoseconds");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }
}
