package io.dinofs.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Encodes {@link Attributes} as the value of a record of kind {@link RecordKind#ATTRIBUTES}.
 *
 * <p>Format 2, big endian: format (1), type (1), mode (2), uid (4), gid (4), nlink (4), rdev (4),
 * xattrs (4), size (8), allocated (8), entries (8), atime, mtime and ctime (8 bytes of seconds and
 * 4 of nanoseconds each), content tag (1), and the tag's data: nothing, a digest (32), or a link's
 * target (the rest). Format 1 lacks allocated; it is read as if there were no holes.
 */
public final class AttributesCodec {
  private static final byte FORMAT = 2;
  private static final byte FORMAT_WITHOUT_HOLES = 1;
  private static final int FIXED_BYTES = 85;
  private static final byte TAG_NONE = 0;
  private static final byte TAG_SINGLE_BLOB = 1;
  private static final byte TAG_CHUNKED = 2;
  private static final byte TAG_SYMLINK = 3;
  private static final byte TAG_IN_RECORD = 4;

  private AttributesCodec() {}

  public static Bytes encode(Attributes attributes) {
    byte tag;
    Bytes data;
    Content content = attributes.content();
    if (content instanceof Content.Inline inline) {
      content = inline.inRecord();
    }
    if (content instanceof Content.SingleBlob blob) {
      tag = TAG_SINGLE_BLOB;
      data = blob.key().digest();
    } else if (content instanceof Content.Chunked chunked) {
      tag = TAG_CHUNKED;
      data = chunked.manifest().digest();
    } else if (content instanceof Content.SymlinkTarget link) {
      tag = TAG_SYMLINK;
      data = link.target();
    } else if (content instanceof Content.InRecord small) {
      tag = TAG_IN_RECORD;
      data = small.digest().digest();
    } else {
      tag = TAG_NONE;
      data = Bytes.EMPTY;
    }
    byte[] encoded = new byte[FIXED_BYTES + data.length()];
    ByteBuffer out = ByteBuffer.wrap(encoded);
    out.put(FORMAT).put((byte) attributes.type().code()).putShort((short) attributes.mode());
    out.putInt(attributes.uid()).putInt(attributes.gid()).putInt(attributes.nlink());
    out.putInt(attributes.rdev()).putInt(attributes.xattrs());
    out.putLong(attributes.size()).putLong(attributes.allocated());
    out.putLong(attributes.entries());
    putInstant(out, attributes.atime());
    putInstant(out, attributes.mtime());
    putInstant(out, attributes.ctime());
    out.put(tag);
    data.writeTo(out);
    return Bytes.wrap(encoded);
  }

  /**
   * @throws CorruptRecordException if the bytes are not attributes of this format
   */
  public static Attributes decode(Bytes encoded) throws CorruptRecordException {
    try {
      return decode(encoded.asBuffer());
    } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
      throw new CorruptRecordException(
          "not attributes (" + e.getMessage() + "): " + encoded.toHex());
    }
  }

  private static Attributes decode(ByteBuffer in) throws CorruptRecordException {
    byte format = in.get();
    if (format != FORMAT && format != FORMAT_WITHOUT_HOLES) {
      throw new CorruptRecordException("attributes of unknown format " + format);
    }
    byte code = in.get();
    FileType type =
        FileType.ofCode(code)
            .orElseThrow(() -> new CorruptRecordException("unknown file type " + code));
    int mode = in.getShort();
    int uid = in.getInt();
    int gid = in.getInt();
    int nlink = in.getInt();
    int rdev = in.getInt();
    int xattrs = in.getInt();
    long size = in.getLong();
    long allocated = format == FORMAT ? in.getLong() : size;
    long entries = in.getLong();
    Instant atime = getInstant(in);
    Instant mtime = getInstant(in);
    Instant ctime = getInstant(in);
    Content content = content(in.get(), Bytes.copyOf(in));
    return new Attributes(
        type, mode, uid, gid, nlink, size, allocated, rdev, atime, mtime, ctime, entries, xattrs,
        content);
  }

  private static Content content(byte tag, Bytes data) throws CorruptRecordException {
    return switch (tag) {
      case TAG_NONE -> {
        if (!data.isEmpty()) {
          throw new CorruptRecordException("attributes with " + data.length() + " bytes too many");
        }
        yield Content.NONE;
      }
      case TAG_IN_RECORD -> new Content.InRecord(new BlobKey(data));
      case TAG_SINGLE_BLOB -> new Content.SingleBlob(new BlobKey(data));
      case TAG_CHUNKED -> new Content.Chunked(new BlobKey(data));
      case TAG_SYMLINK -> new Content.SymlinkTarget(data);
      default -> throw new CorruptRecordException("unknown content tag " + tag);
    };
  }

  private static void putInstant(ByteBuffer out, Instant time) {
    out.putLong(time.getEpochSecond()).putInt(time.getNano());
  }

  private static Instant getInstant(ByteBuffer in) throws CorruptRecordException {
    long seconds = in.getLong();
    int nanos = in.getInt();
    if (nanos < 0 || nanos > 999_999_999) {
      throw new CorruptRecordException("a time with " + nanos + " nanoseconds");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }
}
