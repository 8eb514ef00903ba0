package io.dinofs.cache.blob;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobFileStore;
import io.dinofs.store.Key;
import io.dinofs.store.LocalBlobs;
import io.dinofs.store.Store;
import io.dinofs.store.WriteBack;
import io.dinofs.store.blob.ContentAddressedFileStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.disk.StoredFile;
import io.dinofs.store.paired.JournalPendingSet;
import io.dinofs.store.paired.PairedFileStore;
import io.dinofs.store.paired.PairedOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs of a volume, on this node's disk and behind it on the blob server. A put returns when
 * the blob is in a local file that survives a kill of this process; it is uploaded in the
 * background. A get fetches what is not here.
 *
 * <p>Bounded: when the files take more than their limit, those that were used longest ago and are
 * uploaded go. What is pending stays, so the limit is exceeded while the server is away. A blob
 * whose local file turns out damaged is dropped and fetched again, if it has been uploaded.
 */
public final class BlobCache implements BlobFileStore, LocalBlobs, WriteBack {
  private static final Logger log = LoggerFactory.getLogger(BlobCache.class);

  private final DiskStore disk;
  private final PairedFileStore paired;
  private final ContentAddressedFileStore blobs;
  private final Eviction eviction;

  private final BlobServer server;

  private BlobCache(
      DiskStore disk,
      BlobServer server,
      JournalPendingSet pending,
      CacheLimit limit,
      PairedOptions options) {
    this.disk = disk;
    this.server = server;
    this.paired = new PairedFileStore(disk, server.store(), pending, options, this::verify);
    this.blobs = new ContentAddressedFileStore(paired);
    this.eviction = new Eviction(disk, this::evict, limit);
  }

  /**
   * Where blobs come from.
   *
   * @param name for messages
   * @param store takes and gives blobs under their hexadecimal keys
   */
  public record BlobServer(String name, Store store) {}

  /**
   * Opens the cache in {@code directory}, which is made if it is not there, and goes on uploading
   * what an earlier process has left.
   *
   * @param server belongs to the cache from now on
   * @param limit the size that the local files are kept under
   * @throws DinofsException BUSY if another process has the directory; NO_SPACE, IO, NOT_SUPPORTED
   */
  public static BlobCache open(
      Path directory, BlobServer server, CacheLimit limit, PairedOptions options)
      throws DinofsException {
    DiskStore disk = DiskStore.open(directory.resolve("blobs"), Durability.PROCESS_CRASH_ONLY);
    try {
      JournalPendingSet pending = JournalPendingSet.open(directory.resolve("pending"));
      BlobCache cache = new BlobCache(disk, server, pending, limit, options);
      cache.eviction.start();
      return cache;
    } catch (DinofsException e) {
      disk.close();
      throw e;
    }
  }

  @Override
  public BlobKey put(ByteBuffer value) throws DinofsException {
    int bytes = value.remaining();
    BlobKey key = blobs.put(value);
    eviction.added(bytes);
    return key;
  }

  @Override
  public BlobKey adopt(Path file) throws DinofsException {
    long bytes = file.toFile().length();
    BlobKey key = blobs.adopt(file);
    eviction.added(bytes);
    return key;
  }

  @Override
  public void adopt(Path file, BlobKey key) throws DinofsException {
    long bytes = file.toFile().length();
    blobs.adopt(file, key);
    eviction.added(bytes);
  }

  @Override
  public Path newTemporaryFile() throws DinofsException {
    return blobs.newTemporaryFile();
  }

  @Override
  public Bytes get(BlobKey key) throws DinofsException {
    try (Blob blob = open(key)) {
      ByteBuffer value = ByteBuffer.allocate(Math.toIntExact(blob.size()));
      blob.read(value, 0);
      return Bytes.wrap(value.array());
    }
  }

  @Override
  public Blob open(BlobKey key) throws DinofsException {
    Blob blob = openIntact(key);
    Key file = Key.ofBlob(key);
    if (!paired.isPending(file)) { // what is pending keeps the time of its put
      eviction.used(file, blob.size());
    }
    return blob;
  }

  @Override
  public boolean isLocal(BlobKey key) throws DinofsException {
    return disk.find(Key.ofBlob(key)).isPresent();
  }

  private Blob openIntact(BlobKey key) throws DinofsException {
    try {
      return openSomehow(key);
    } catch (DinofsException e) {
      if (e.kind() != ErrorKind.CORRUPT || !evict(Key.ofBlob(key))) {
        throw e;
      }
      log.warn(
          "the local file of blob {} was damaged; it is fetched again: {}", key, e.getMessage());
      return openSomehow(key);
    }
  }

  /** Without room on the disk, what is fetched is read from memory: a read needs no space. */
  private Blob openSomehow(BlobKey key) throws DinofsException {
    try {
      return blobs.open(key);
    } catch (DinofsException e) {
      if (e.kind() == ErrorKind.NO_SPACE) {
        return blobs.openInMemory(key);
      }
      if (e.kind() == ErrorKind.NOT_FOUND) {
        throw new DinofsException(
            ErrorKind.NOT_FOUND, "neither here nor on " + server.name() + " is blob " + key, e);
      }
      throw e;
    }
  }

  /** Sees a blob as it comes from the server. */
  private void verify(Key key, Bytes value) throws DinofsException {
    BlobKey actual = BlobKey.of(value.asBuffer());
    if (!Key.ofBlob(actual).equals(key)) {
      throw new DinofsException(
          ErrorKind.CORRUPT,
          "blob %s came damaged from %s: %d bytes with the hash %s"
              .formatted(key, server.name(), value.length(), actual));
    }
    blobs.trust(actual);
  }

  /**
   * Whether the file is gone. The one that is fetched in its place later has to be hashed anew, so
   * the key is forgotten before and, since it may be read meanwhile, after.
   */
  private boolean evict(Key key) throws DinofsException {
    Optional<BlobKey> blob = BlobKey.parse(key.toString());
    blob.ifPresent(blobs::forget);
    try {
      return paired.evict(key);
    } finally {
      blob.ifPresent(blobs::forget);
    }
  }

  @Override
  public void awaitPropagated(Collection<Key> keys, Duration limit) throws DinofsException {
    paired.awaitPropagated(keys, limit);
  }

  @Override
  public int pendingCount() {
    return paired.pendingCount();
  }

  /** How many openings of blobs found them here. */
  public long hits() {
    return paired.hits();
  }

  /** How many had to wait for the blob server. */
  public long misses() {
    return paired.misses();
  }

  /**
   * What the cache holds.
   *
   * @param bytes about how much its files take
   * @param limitBytes how much they may take
   * @param pendingSince when the oldest pending blob was put
   */
  public record Usage(
      long bytes,
      long limitBytes,
      int pendingBlobs,
      long pendingBytes,
      Optional<Instant> pendingSince) {}

  /**
   * Looks at every pending file.
   *
   * @throws DinofsException IO, CLOSED
   */
  public Usage usage() throws DinofsException {
    int blobs = 0;
    long bytes = 0;
    Optional<Instant> since = Optional.empty();
    for (Key key : paired.pendingKeys()) {
      Optional<StoredFile> file = disk.find(key);
      if (file.isPresent()) {
        Instant put = file.get().usedAt();
        blobs++;
        bytes += file.get().bytes();
        since = since.filter(oldest -> oldest.isBefore(put)).or(() -> Optional.of(put));
      }
    }
    return new Usage(eviction.usedBytes(), eviction.limitBytes(), blobs, bytes, since);
  }

  /**
   * Uploads what is pending within the limit of the options, and closes the server's store too.
   *
   * @throws DinofsException IO
   */
  @Override
  public void close() throws DinofsException {
    eviction.close();
    blobs.close();
  }
}
