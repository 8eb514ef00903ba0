package io.dinofs.blobserver;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes a file from its beginning to its end. For one thread at a time. */
interface DraftWriter {
  /** Takes what remains in {@code bytes}. */
  void write(ByteBuffer bytes) throws IOException;

  /** The file has everything that was taken. Still to be closed. */
  void finish() throws IOException;

  /** Does nothing if it is closed already. */
  void close() throws IOException;
}
