package io.dinofs.blobserver;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A blob on its way into the store: a temporary file that grows piece by piece and is hashed on the
 * way. Belongs to one disk thread at a time.
 */
final class Draft {
  /** How far a draft has come. */
  enum Progress {
    /** More of the body is wanted. */
    UNFINISHED,
    /** The store has the blob already; the rest of the body does not matter. */
    PRESENT,
    /** The blob is in the store, durably. */
    STORED,
    /** The body is not what its key says; nothing of it is left. */
    WRONG_HASH
  }

  private static final Logger LOG = LoggerFactory.getLogger(Draft.class);

  private final Blobs blobs;
  private final BlobKey key;
  private final MessageDigest digest = BlobKey.newDigest();
  private Path file;
  private DraftWriter writer;

  Draft(Blobs blobs, BlobKey key) {
    this.blobs = blobs;
    this.key = key;
  }

  /**
   * Appends {@code pieces}, and stores the blob if they are the last ones. After anything but
   * UNFINISHED the draft is gone.
   *
   * @throws DinofsException NO_SPACE, IO, CLOSED; the draft is gone then
   */
  Progress append(List<ByteBuf> pieces, boolean last) throws DinofsException {
    try {
      if (file == null && blobs.keep(key)) {
        return Progress.PRESENT;
      }
      write(pieces, !last);
      return last ? finish() : Progress.UNFINISHED;
    } catch (DinofsException e) {
      discard();
      throw e;
    } catch (IOException e) {
      // Java does not tell ENOSPC from EIO.
      ErrorKind kind = blobs.isFull() ? ErrorKind.NO_SPACE : ErrorKind.IO;
      discard();
      throw new DinofsException(kind, "cannot write blob " + key + ": " + e.getMessage(), e);
    }
  }

  private void write(List<ByteBuf> pieces, boolean large) throws IOException {
    if (file == null) {
      file = blobs.newTemporaryFile();
      writer = blobs.newWriter(file, large);
    }
    for (ByteBuf piece : pieces) {
      for (ByteBuffer bytes : piece.nioBuffers()) {
        digest.update(bytes.duplicate());
        writer.write(bytes);
      }
    }
  }

  private Progress finish() throws IOException {
    writer.finish();
    writer.close();
    if (!BlobKey.finish(digest).equals(key)) {
      discard();
      return Progress.WRONG_HASH;
    }
    Path complete = file;
    file = null;
    blobs.adopt(key, complete);
    return Progress.STORED;
  }

  /** Leaves nothing behind; does nothing if the draft is gone already. */
  void discard() {
    Path unwanted = file;
    if (unwanted == null) {
      return;
    }
    file = null;
    try {
      if (writer != null) {
        writer.close();
      }
      Files.deleteIfExists(unwanted);
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}; the next start will", unwanted, e.toString());
    }
  }
}
