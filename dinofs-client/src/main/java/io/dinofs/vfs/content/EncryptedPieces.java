package io.dinofs.vfs.content;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.ContentCipher;
import io.dinofs.store.Store;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file of encrypted pieces of another file. For each: the length of what follows (4 bytes, big
 * endian), then, encrypted together, the place of the piece's first byte in that file (8) and the
 * piece.
 */
public final class EncryptedPieces {
  private EncryptedPieces() {}

  /**
   * Appends a piece.
   *
   * @param out at its end
   */
  static void append(FileChannel out, ContentCipher cipher, long at, ByteBuffer piece)
      throws IOException {
    ByteBuffer placed = ByteBuffer.allocate(Long.BYTES + piece.remaining());
    Bytes encrypted = cipher.encrypt(placed.putLong(at).put(piece).flip());
    ByteBuffer record = ByteBuffer.allocate(Integer.BYTES + encrypted.length());
    encrypted.writeTo(record.putInt(encrypted.length()));
    record.flip();
    while (record.hasRemaining()) {
      out.write(record);
    }
  }

  /**
   * Writes the pieces to their places in a new file that only its owner can reach.
   *
   * @return how many bytes they are together
   * @throws DinofsException CORRUPT if the pieces are none, or of another key; then the file is
   *     removed
   * @throws IOException if a file cannot be read or written
   */
  public static long restore(Path pieces, ContentCipher cipher, Path target) throws IOException {
    boolean done = false;
    try (DataInputStream in = new DataInputStream(Files.newInputStream(pieces));
        FileChannel out =
            FileChannel.open(
                target,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")))) {
      long total = 0;
      for (int length = nextLength(in); length >= 0; length = nextLength(in)) {
        ByteBuffer piece = cipher.decrypt(read(in, length)).asBuffer();
        if (piece.remaining() < Long.BYTES) {
          throw corrupt("a piece has no place");
        }
        long at = piece.getLong();
        total += piece.remaining();
        while (piece.hasRemaining()) {
          at += out.write(piece, at);
        }
      }
      done = true;
      return total;
    } finally {
      if (!done) {
        Files.deleteIfExists(target);
      }
    }
  }

  private static int nextLength(DataInputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return -1;
    }
    int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
    if (length < 0 || length > Store.MAX_VALUE_BYTES) {
      throw corrupt("a piece of " + length + " bytes");
    }
    return length;
  }

  private static Bytes read(DataInputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the last piece is not complete");
    }
    return Bytes.wrap(bytes);
  }

  private static DinofsException corrupt(String what) {
    return new DinofsException(ErrorKind.CORRUPT, "not a file of encrypted pieces: " + what);
  }
}
