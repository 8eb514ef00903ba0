package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.FileRanges.AllocateMode;

/** The modes of fallocate(2). */
public final class AllocateModes {
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;
  private static final int ZERO_RANGE = 0x10;

  private AllocateModes() {}

  /**
   * @throws DinofsException NOT_SUPPORTED for the modes that insert, collapse or unshare
   */
  public static AllocateMode of(int mode) throws DinofsException {
    return switch (mode) {
      case 0 -> AllocateMode.EXTEND;
      case KEEP_SIZE -> AllocateMode.KEEP_SIZE;
      case PUNCH_HOLE | KEEP_SIZE -> AllocateMode.PUNCH_HOLE;
      case ZERO_RANGE -> AllocateMode.ZERO_RANGE;
      case ZERO_RANGE | KEEP_SIZE -> AllocateMode.ZERO_RANGE_KEEP_SIZE;
      default -> throw new DinofsException(ErrorKind.NOT_SUPPORTED, "fallocate mode " + mode);
    };
  }
}
