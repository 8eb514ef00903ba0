package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of a {@link SpoolChunk} that is on disk: a temporary file. Bytes that were never written
 * are zeros. Not safe for several threads, but for {@link #store} beside {@link #read}.
 */
interface SpoolFile {
  /**
   * Writes what remains in {@code source}.
   *
   * @throws DinofsException NO_SPACE, IO
   */
  void write(ByteBuffer source, int at) throws DinofsException;

  /**
   * Fills {@code target} from {@code at} on.
   *
   * @throws DinofsException IO
   */
  void read(ByteBuffer target, int at) throws DinofsException;

  /**
   * Makes the file ready for {@link #store}, with {@code blobBytes} bytes; it must not be written
   * to any more.
   *
   * @throws DinofsException NO_SPACE, IO
   */
  void freeze(int blobBytes) throws DinofsException;

  /** It was not stored, and may be written to again. */
  void thaw();

  /**
   * Puts the frozen file into the blob store. It can still be read, at the same time too.
   *
   * @throws DinofsException as {@link io.dinofs.store.BlobFileStore#put}
   */
  BlobKey store() throws DinofsException;

  /** Removes the file, unless the store took it over. */
  void discard();

  /** Whether a descriptor is open. */
  boolean isOpen();

  /** Closes the descriptor until the next access, unless it is needed. */
  void closeUnlessFrozen();

  /** What became of an access to the file. */
  static DinofsException failure(Path path, IOException e) {
    ErrorKind kind = hasNoSpaceLeft(path) ? ErrorKind.NO_SPACE : ErrorKind.IO;
    return new DinofsException(kind, "cannot spool to " + path + ": " + e.getMessage(), e);
  }

  /** Java tells a full disk only by the message, which is translated; so the disk is asked. */
  private static boolean hasNoSpaceLeft(Path path) {
    try {
      return Files.getFileStore(path).getUsableSpace() < Manifest.CHUNK_BYTES;
    } catch (IOException e) {
      return false;
    }
  }
}
