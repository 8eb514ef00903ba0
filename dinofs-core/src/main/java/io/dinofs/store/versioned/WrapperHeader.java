package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What a {@link VersionedStoreWrapper} has to know before it can read anything.
 *
 * @param inodes how many inodes there are
 * @param root the page at the top of the tree
 * @param nextPage no page has this number or a greater one
 * @param firstFree the first page of the chain of free ones; 0 if there is none
 */
record WrapperHeader(
    VolumeId volume, CommitNumber newest, long inodes, long root, long nextPage, long firstFree) {
  private static final byte FORMAT = 1;
  private static final int BYTES = 1 + 7 * Long.BYTES;

  Bytes encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES).put(FORMAT);
    out.putLong(volume.value().getMostSignificantBits())
        .putLong(volume.value().getLeastSignificantBits());
    out.putLong(newest.value()).putLong(inodes).putLong(root).putLong(nextPage).putLong(firstFree);
    return Bytes.wrap(out.array());
  }

  /**
   * @throws DinofsException NOT_SUPPORTED if it is of another format, CORRUPT if it is not a header
   */
  static WrapperHeader decode(Bytes encoded) throws DinofsException {
    ByteBuffer in = encoded.asBuffer();
    byte format = in.hasRemaining() ? in.get() : 0;
    if (format != FORMAT) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED, "the volume is kept in an unknown format: " + format);
    }
    if (encoded.length() != BYTES) {
      throw new CorruptRecordException("a header of " + encoded.length() + " bytes");
    }
    VolumeId volume = new VolumeId(new UUID(in.getLong(), in.getLong()));
    long newest = in.getLong();
    if (newest < 0) {
      throw new CorruptRecordException("a header with commit " + newest);
    }
    return new WrapperHeader(
        volume, new CommitNumber(newest), in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }
}
