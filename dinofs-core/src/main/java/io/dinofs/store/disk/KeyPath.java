package io.dinofs.store.disk;

import io.dinofs.model.Bytes;
import io.dinofs.store.CollectableStore;
import io.dinofs.store.Key;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Where a key's file lies below the data directory: {@code fan/name}, or {@code
 * fan/part+/part+/rest} for a key that is too long for a file name.
 *
 * <p>Letters, digits, '-' and '_' stand for themselves, every other byte is written as {@code %xx};
 * so a name is never special to the file system, and its parts joined give the key back. A part
 * that is a directory ends in '+', which no part that is a file does. The fan is the low byte of
 * the key's CRC-32 (keys may have long prefixes in common).
 */
final class KeyPath {
  static final int FANS = CollectableStore.PARTS;
  private static final int MAX_PART_CHARS = 240;
  private static final char DIRECTORY_MARK = '+';
  private static final char ESCAPE = '%';

  private KeyPath() {}

  static Path of(Path data, Key key) {
    byte[] bytes = key.bytes().toArray();
    StringBuilder name = new StringBuilder(bytes.length + 16);
    for (byte b : bytes) {
      if (isPlain(b)) {
        name.append((char) b);
      } else {
        name.append(ESCAPE).append(hexDigit(b >> 4)).append(hexDigit(b));
      }
    }
    Path path = data.resolve(fan(bytes));
    int from = 0;
    for (; name.length() - from > MAX_PART_CHARS; from += MAX_PART_CHARS) {
      path = path.resolve(name.substring(from, from + MAX_PART_CHARS) + DIRECTORY_MARK);
    }
    return path.resolve(name.substring(from));
  }

  /** The key whose file {@code file} is; empty if no key is kept there. */
  static Optional<Key> parse(Path data, Path file) {
    Path relative = data.relativize(file);
    int parts = relative.getNameCount();
    StringBuilder name = new StringBuilder();
    for (int i = 1; i < parts; i++) {
      String part = relative.getName(i).toString();
      boolean marked = !part.isEmpty() && part.charAt(part.length() - 1) == DIRECTORY_MARK;
      name.append(marked ? part.substring(0, part.length() - 1) : part);
    }
    byte[] bytes = decode(name);
    if (bytes.length == 0 || bytes.length > Key.MAX_BYTES) {
      return Optional.empty();
    }
    Key key = new Key(Bytes.wrap(bytes));
    return of(data, key).equals(file) ? Optional.of(key) : Optional.empty();
  }

  /** What the name stands for; something else if it is no name that {@link #of} makes. */
  private static byte[] decode(CharSequence name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == ESCAPE && i + 2 < name.length()) {
        bytes.write(
            Character.digit(name.charAt(i + 1), 16) << 4 | Character.digit(name.charAt(i + 2), 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }

  private static boolean isPlain(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || b == '-'
        || b == '_';
  }

  private static String fan(byte[] key) {
    CRC32 crc = new CRC32();
    crc.update(key);
    return fanName((int) (crc.getValue() % FANS));
  }

  /** The directory of a part of all keys, 0 to {@link #FANS} - 1. */
  static String fanName(int fan) {
    return new String(new char[] {hexDigit(fan >> 4), hexDigit(fan)});
  }

  private static char hexDigit(int value) {
    return Character.forDigit(value & 0xf, 16);
  }
}
