package io.dinofs.store.blob;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.store.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A blob in a file. */
final class FileBlob implements BlobStore.Blob {
  private static final Logger log = LoggerFactory.getLogger(FileBlob.class);

  private final BlobKey key;
  private final FileChannel channel;
  private final long size;

  FileBlob(BlobKey key, FileChannel channel, long size) {
    this.key = key;
    this.channel = channel;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws DinofsException {
    // A read by an interrupted thread would close the channel for all threads:
    // InterruptibleChannel.
    boolean interrupted = Thread.interrupted();
    try {
      return readFully(target, offset);
    } catch (IOException e) {
      throw ContentAddressedFileStore.failure("cannot read blob " + key, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private int readFully(ByteBuffer target, long offset) throws IOException {
    int total = 0;
    while (target.hasRemaining() && offset + total < size) {
      int count = channel.read(target, offset + total);
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written, so nothing is lost but perhaps a descriptor.
      log.warn("cannot close the file of blob {}: {}", key, e.getMessage());
    }
  }
}
