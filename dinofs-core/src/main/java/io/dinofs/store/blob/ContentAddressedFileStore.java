package io.dinofs.store.blob;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobFileStore;
import io.dinofs.store.FileStore;
import io.dinofs.store.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * A blob store over a store of files, which it owns. A blob is hashed when it comes in, when it is
 * read as a whole, and when it is opened for the first time in this process; a file that was seen
 * to be right is not read again for that as long as it is among the last {@value #MAX_VERIFIED}
 * ones.
 */
public final class ContentAddressedFileStore implements BlobFileStore {
  private static final int MAX_VERIFIED = 65_536;
  private static final int HASH_BUFFER_BYTES = 128 << 10;

  private final FileStore store;
  private final RecentKeys verified = new RecentKeys(MAX_VERIFIED);

  public ContentAddressedFileStore(FileStore store) {
    this.store = store;
  }

  @Override
  public BlobKey put(ByteBuffer value) throws DinofsException {
    BlobKey key = ContentAddressedStore.put(store, value);
    verified.add(key);
    return key;
  }

  @Override
  public Path newTemporaryFile() throws DinofsException {
    return store.newTemporaryFile();
  }

  @Override
  public BlobKey adopt(Path file) throws DinofsException {
    BlobKey key;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      key = hash(channel);
    } catch (IOException e) {
      DinofsException failure = failure("cannot read " + file, e);
      try {
        Files.deleteIfExists(file);
      } catch (IOException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
    adopt(file, key);
    return key;
  }

  @Override
  public void adopt(Path file, BlobKey key) throws DinofsException {
    store.adopt(Key.ofBlob(key), file);
    verified.add(key);
  }

  @Override
  public Bytes get(BlobKey key) throws DinofsException {
    return ContentAddressedStore.get(store, key);
  }

  @Override
  public Blob open(BlobKey key) throws DinofsException {
    FileChannel channel =
        store.open(Key.ofBlob(key)).orElseThrow(() -> ContentAddressedStore.notFound(key));
    try {
      if (!verified.contains(key)) {
        if (!hash(channel).equals(key)) {
          throw ContentAddressedStore.corrupt(key, channel.size());
        }
        verified.add(key);
      }
      return new FileBlob(key, channel, channel.size());
    } catch (IOException e) {
      DinofsException failure = failure("cannot read blob " + key, e);
      try {
        channel.close();
      } catch (IOException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
  }

  /**
   * The blob whole in memory, without a file: for a store that has no room to keep it.
   *
   * @throws DinofsException as {@link #open}
   */
  public Blob openInMemory(BlobKey key) throws DinofsException {
    return new HeapBlob(get(key));
  }

  /** What is put under {@code key} next, past this store, has been seen to be right. */
  public void trust(BlobKey key) {
    verified.add(key);
  }

  /** The file under {@code key} may be another one from now on: it is hashed when it is opened. */
  public void forget(BlobKey key) {
    verified.remove(key);
  }

  @Override
  public void close() throws DinofsException {
    store.close();
  }

  private static BlobKey hash(FileChannel channel) throws IOException {
    MessageDigest digest = BlobKey.newDigest();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(HASH_BUFFER_BYTES, channel.size() + 1));
    long offset = 0;
    for (int count = channel.read(buffer, offset);
        count >= 0;
        count = channel.read(buffer, offset)) {
      digest.update(buffer.flip());
      buffer.clear();
      offset += count;
    }
    return BlobKey.finish(digest);
  }

  static DinofsException failure(String what, IOException cause) {
    if (cause instanceof DinofsException known) {
      return known;
    }
    boolean interrupted = Thread.currentThread().isInterrupted();
    ErrorKind kind = interrupted ? ErrorKind.INTERRUPTED : ErrorKind.IO;
    return new DinofsException(kind, what + ": " + cause.getMessage(), cause);
  }
}
