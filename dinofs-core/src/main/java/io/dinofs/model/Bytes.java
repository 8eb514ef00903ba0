package io.dinofs.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * An immutable byte string, ordered by unsigned bytes as LMDB and memcmp(3) order them.
 *
 * <p>Names and values of a volume are bytes and are never decoded on their way; {@link #toString}
 * is for people only.
 */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies {@code bytes}. */
  public static Bytes copyOf(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
  }

  /** Copies what remains in {@code buffer} and leaves its position as it was. */
  public static Bytes copyOf(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(buffer.position(), copy);
    return wrap(copy);
  }

  /** Takes {@code bytes} over without a copy; the caller must not change it any more. */
  public static Bytes wrap(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes);
  }

  /** The UTF-8 bytes of {@code text}. */
  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  public byte at(int index) {
    return bytes[index];
  }

  /** A copy. */
  public byte[] toArray() {
    return bytes.clone();
  }

  /** A read-only view. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** Appends the bytes to {@code target}. */
  public void writeTo(ByteBuffer target) {
    target.put(bytes);
  }

  /**
   * The bytes from {@code from} up to, but without, {@code to}.
   *
   * @throws IndexOutOfBoundsException if there are not that many
   */
  public Bytes slice(int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    return from == 0 && to == bytes.length ? this : wrap(Arrays.copyOfRange(bytes, from, to));
  }

  public boolean startsWith(Bytes prefix) {
    int length = prefix.bytes.length;
    return length <= bytes.length && Arrays.equals(bytes, 0, length, prefix.bytes, 0, length);
  }

  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** The bytes as UTF-8, with a replacement character for what is not. */
  public String toUtf8() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return Printable.of(toUtf8());
  }
}
