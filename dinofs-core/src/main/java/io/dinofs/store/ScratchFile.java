package io.dinofs.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file to be written and read at any place, by this process alone. Bytes that were never written
 * are zeros. Not safe for several threads.
 */
public interface ScratchFile {
  /**
   * Writes what remains in {@code source}, and moves its position.
   *
   * @param at where in the file
   * @throws IOException if it could not; the bytes may then be written in part
   */
  void write(ByteBuffer source, int at) throws IOException;

  /**
   * Fills {@code target} from {@code at} on.
   *
   * @throws IOException if it could not, or what is read is not what was written
   */
  void read(ByteBuffer target, int at) throws IOException;

  /**
   * Makes all bytes from {@code at} on zeros.
   *
   * @throws IOException if it could not
   */
  void cut(int at) throws IOException;

  /** Whether a descriptor is open. */
  boolean isOpen();

  /** Closes the descriptor until the next access. */
  void release() throws IOException;
}
