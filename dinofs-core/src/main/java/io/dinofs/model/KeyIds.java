package io.dinofs.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Which keys the contents of a volume are encrypted with: the value of a record of kind {@link
 * RecordKind#KEYS}. An id tells one key from another and nothing of the key.
 *
 * @param ids 1 to {@value #MAX_KEYS}, all different, the oldest key's first; 8 bytes each in the
 *     record, big endian
 */
public record KeyIds(List<Long> ids) {
  public static final int MAX_KEYS = 512;

  /**
   * @throws IllegalArgumentException if there are too many, none, or two alike
   */
  public KeyIds {
    ids = List.copyOf(ids);
    if (ids.isEmpty() || ids.size() > MAX_KEYS || ids.stream().distinct().count() < ids.size()) {
      throw new IllegalArgumentException("not the ids of 1 to " + MAX_KEYS + " keys");
    }
  }

  /** How an id is shown to people: 16 hexadecimal digits. */
  public static String text(long id) {
    return HexFormat.of().toHexDigits(id);
  }

  public Bytes encode() {
    ByteBuffer encoded = ByteBuffer.allocate(ids.size() * Long.BYTES);
    ids.forEach(encoded::putLong);
    return Bytes.wrap(encoded.array());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws CorruptRecordException if the bytes are not that
   */
  public static KeyIds decode(Bytes encoded) throws CorruptRecordException {
    if (encoded.length() % Long.BYTES != 0 || encoded.length() > MAX_KEYS * Long.BYTES) {
      throw new CorruptRecordException("no ids of keys: " + encoded.length() + " bytes");
    }
    List<Long> ids = new ArrayList<>();
    for (ByteBuffer in = encoded.asBuffer(); in.hasRemaining(); ) {
      ids.add(in.getLong());
    }
    try {
      return new KeyIds(ids);
    } catch (IllegalArgumentException e) {
      throw new CorruptRecordException(e.getMessage());
    }
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws CorruptRecordException if it is not that
   */
  public static KeyIds parse(String text) throws CorruptRecordException {
    try {
      return decode(Bytes.wrap(HexFormat.of().parseHex(text.replace(" ", ""))));
    } catch (IllegalArgumentException e) {
      throw new CorruptRecordException("no ids of keys: " + text);
    }
  }

  @Override
  public String toString() {
    return String.join(" ", ids.stream().map(KeyIds::text).toList());
  }
}
