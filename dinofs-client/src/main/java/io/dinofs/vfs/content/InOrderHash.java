package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * The hash of a chunk whose bytes are written one after the other, so that it need not be read for
 * that again; once they are not, there is none. Not safe for several threads.
 */
final class InOrderHash {
  private static final int OUT_OF_ORDER = -1;

  private final MessageDigest digest = BlobKey.newDigest();

  /** How many bytes were written, from the chunk's start on. */
  private int bytes;

  /** What remains in {@code source}, whose position stays as it was, is written to {@code at}. */
  void write(ByteBuffer source, int at) {
    if (at == bytes) {
      bytes += source.remaining();
      digest.update(source.duplicate());
    } else {
      giveUp();
    }
  }

  /** It is not known any more what was written. */
  void giveUp() {
    bytes = OUT_OF_ORDER;
  }

  /** The hash, if exactly {@code length} bytes were written, in order. There is none afterwards. */
  Optional<BlobKey> finish(int length) {
    boolean known = bytes == length;
    giveUp();
    return known ? Optional.of(BlobKey.finish(digest)) : Optional.empty();
  }
}
