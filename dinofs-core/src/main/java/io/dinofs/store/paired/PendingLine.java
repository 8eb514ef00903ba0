package io.dinofs.store.paired;

import io.dinofs.model.Bytes;
import io.dinofs.store.Key;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A line of the pending set's file: {@code +} or {@code -}, the key in hexadecimal digits, a blank,
 * and the CRC-32 of what stands before it. Each line can be checked alone, so a broken one costs
 * only itself.
 */
record PendingLine(boolean added, Key key) {
  private static final int CRC_DIGITS = 8;

  /** Without the line's end. */
  static final int MAX_CHARS = 1 + 2 * Key.MAX_BYTES + 1 + CRC_DIGITS;

  /** With the line's end. */
  String encode() {
    String text = (added ? "+" : "-") + key.bytes().toHex() + " ";
    return text + crc(text) + "\n";
  }

  /** Empty if this is not a whole line. */
  static Optional<PendingLine> decode(String line) {
    int crcAt = line.length() - CRC_DIGITS;
    if (crcAt < 2
        || line.length() > MAX_CHARS
        || !crc(line.substring(0, crcAt)).equals(line.substring(crcAt))) {
      return Optional.empty();
    }
    try {
      byte[] key = HexFormat.of().parseHex(line, 1, crcAt - 1);
      return Optional.of(new PendingLine(line.charAt(0) == '+', new Key(Bytes.wrap(key))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
