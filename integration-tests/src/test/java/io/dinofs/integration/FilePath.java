package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A path as the kernel takes it: any bytes but NUL, which {@link Path} cannot hold in every locale.
 */
record FilePath(Bytes bytes) {

  static FilePath of(Path path) {
    return new FilePath(Bytes.utf8(path.toString()));
  }

  FilePath resolve(Bytes name) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(bytes.toArray());
    joined.write('/');
    joined.writeBytes(name.toArray());
    return new FilePath(Bytes.wrap(joined.toByteArray()));
  }

  FilePath resolve(String name) {
    return resolve(Bytes.utf8(name));
  }

  /** For the C library: ends with a NUL. */
  byte[] toC() {
    return toC(bytes);
  }

  static byte[] toC(Bytes bytes) {
    byte[] terminated = new byte[bytes.length() + 1];
    System.arraycopy(bytes.toArray(), 0, terminated, 0, bytes.length());
    return terminated;
  }

  /** Printable whatever the bytes are. */
  static String printable(Bytes bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes.toArray()) {
      if (b > ' ' && b < 0x7f && b != '\\') {
        text.append((char) b);
      } else {
        text.append(String.format("\\x%02x", b & 0xff));
      }
    }
    return text.length() <= 80
        ? text.toString()
        : text.substring(0, 60) + "...(" + bytes.length() + " bytes)";
  }

  /** The bytes as Java keeps them in a string that is only handed on to be printed or compared. */
  static String latin1(Bytes bytes) {
    return new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return printable(bytes);
  }
}
