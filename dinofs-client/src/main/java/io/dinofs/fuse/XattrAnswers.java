package io.dinofs.fuse;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.ExtendedAttributes.XattrMode;
import java.nio.ByteBuffer;
import java.util.List;

/** What requests about extended attributes have in common: xattr(7). */
public final class XattrAnswers {
  // setxattr(2).
  private static final int XATTR_CREATE = 1;
  private static final int XATTR_REPLACE = 2;

  private XattrAnswers() {}

  /**
   * Answers getxattr(2).
   *
   * @param room bytes that the caller has for the value; 0 asks for its length only
   * @throws DinofsException RANGE if it does not fit
   */
  public static void value(ByteBuffer out, Bytes value, long room) throws DinofsException {
    if (room == 0) {
      Answers.xattrSize(out, value.length());
    } else {
      requireRoom(room, value.length());
      value.writeTo(out);
    }
  }

  /**
   * Answers listxattr(2): each name with a NUL behind it.
   *
   * @param room bytes that the caller has for the list; 0 asks for its length only
   * @throws DinofsException RANGE if it does not fit
   */
  public static void names(ByteBuffer out, List<Bytes> names, long room) throws DinofsException {
    int bytes = names.stream().mapToInt(name -> name.length() + 1).sum();
    if (room == 0) {
      Answers.xattrSize(out, bytes);
      return;
    }
    requireRoom(Math.min(room, out.remaining()), bytes);
    for (Bytes name : names) {
      name.writeTo(out);
      out.put((byte) 0);
    }
  }

  /**
   * @throws DinofsException INVALID
   */
  public static XattrMode mode(int flags) throws DinofsException {
    return switch (flags) {
      case 0 -> XattrMode.ANY;
      case XATTR_CREATE -> XattrMode.CREATE;
      case XATTR_REPLACE -> XattrMode.REPLACE;
      default -> throw new DinofsException(ErrorKind.INVALID, "setxattr flags " + flags);
    };
  }

  private static void requireRoom(long sizeBytes, int neededBytes) throws DinofsException {
    if (neededBytes > sizeBytes) {
      throw new DinofsException(
          ErrorKind.RANGE, neededBytes + " bytes do not fit into " + sizeBytes);
    }
  }
}
