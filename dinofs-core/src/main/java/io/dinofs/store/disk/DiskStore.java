package io.dinofs.store.disk;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Capacity;
import io.dinofs.store.CollectableStore;
import io.dinofs.store.DeletingStore;
import io.dinofs.store.EnumeratingStore;
import io.dinofs.store.FileStore;
import io.dinofs.store.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store whose values are files of a local directory, which it owns and no one else may open while
 * it does.
 *
 * <p>A value is written to a temporary file and renamed into place, so it is there as a whole or
 * not at all, whatever crashes. The file system's rename(2) orders puts of one key; a lock of a few
 * keys keeps apart what makes a value young and what deletes it because it is old.
 */
public final class DiskStore
    implements FileStore, DeletingStore, EnumeratingStore, CollectableStore, Capacity {
  private final StoreDirectory directory;

  /** So young a value need not be made younger, which costs a disk sync. */
  private static final Duration YOUNG = Duration.ofSeconds(1);

  private final KeyLocks locks = new KeyLocks();
  private final Durability durability;
  private volatile boolean closed;

  private DiskStore(StoreDirectory directory, Durability durability) {
    this.directory = directory;
    this.durability = durability;
  }

  /**
   * Opens the store in {@code path}, which is made if it does not exist, and removes what an
   * earlier process left half done.
   *
   * @throws DinofsException BUSY if it is open already, here or in another process; INVALID if the
   *     directory holds something else, NOT_SUPPORTED if it has another format; NO_SPACE, IO
   */
  public static DiskStore open(Path path, Durability durability) throws DinofsException {
    return new DiskStore(StoreDirectory.open(path, durability), durability);
  }

  @Override
  public void put(Key key, Bytes value) throws DinofsException {
    requireOpen();
    requireSize(key, value.length());
    Path temporary = directory.newTemporaryPath();
    try (FileChannel out =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = value.asBuffer();
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      sync(out);
    } catch (IOException e) {
      throw directory.discard(temporary, DiskFailures.writing(temporary, value.length(), e));
    }
    moveIntoPlace(key, temporary);
  }

  @Override
  public void adopt(Key key, Path file) throws DinofsException {
    if (!directory.isTemporary(file)) {
      throw new DinofsException(ErrorKind.INVALID, "not a temporary file of this store: " + file);
    }
    try {
      requireOpen();
      requireSize(key, size(file));
      directory.syncIfDurable(file);
    } catch (DinofsException e) {
      throw directory.discard(file, e);
    } catch (IOException e) {
      throw directory.discard(file, DiskFailures.writing(file, 0, e));
    }
    moveIntoPlace(key, file);
  }

  private static long size(Path file) throws DinofsException {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw DiskFailures.reading(file, e);
    }
  }

  private void moveIntoPlace(Key key, Path temporary) throws DinofsException {
    Path target = directory.pathOf(key);
    try {
      directory.makeParents(target);
      synchronized (locks.of(key)) {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      }
      directory.syncIfDurable(target.getParent());
    } catch (IOException e) {
      throw directory.discard(temporary, DiskFailures.writing(target, 0, e));
    }
  }

  @Override
  public Path newTemporaryFile() throws DinofsException {
    requireOpen();
    Path file = directory.newTemporaryPath();
    try {
      return Files.createFile(file);
    } catch (IOException e) {
      throw DiskFailures.writing(file, 0, e);
    }
  }

  @Override
  public Optional<Bytes> get(Key key) throws DinofsException {
    Optional<FileChannel> file = open(key);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (FileChannel in = file.get()) {
      long size = in.size();
      if (size > MAX_VALUE_BYTES) {
        throw new DinofsException(
            ErrorKind.CORRUPT, "a value of " + size + " bytes in " + directory.pathOf(key));
      }
      byte[] value = new byte[(int) size];
      ByteBuffer target = ByteBuffer.wrap(value);
      while (target.hasRemaining() && in.read(target) >= 0) {
        // Goes on until the file has been read.
      }
      if (target.hasRemaining()) {
        throw new DinofsException(
            ErrorKind.CORRUPT, "a file that shrinks: " + directory.pathOf(key));
      }
      return Optional.of(Bytes.wrap(value));
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw DiskFailures.reading(directory.pathOf(key), e);
    }
  }

  @Override
  public Optional<FileChannel> open(Key key) throws DinofsException {
    requireOpen();
    Path file = directory.pathOf(key);
    try {
      return Optional.of(FileChannel.open(file, StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DiskFailures.reading(file, e);
    }
  }

  @Override
  public boolean delete(Key key) throws DinofsException {
    requireOpen();
    Path file = directory.pathOf(key);
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot delete " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void forEachKey(Consumer<Key> visitor) throws DinofsException {
    requireOpen();
    directory.forEachKey(visitor);
  }

  /**
   * Calls {@code visitor} with every value's file, on the terms of {@link #forEachKey}.
   *
   * @throws DinofsException as {@link #forEachKey}
   */
  public void forEachFile(Consumer<StoredFile> visitor) throws DinofsException {
    requireOpen();
    directory.forEachFile(visitor);
  }

  /**
   * A value's file, without opening it.
   *
   * @throws DinofsException IO, CLOSED
   */
  public Optional<StoredFile> find(Key key) throws DinofsException {
    requireOpen();
    return directory.find(key);
  }

  /**
   * Notes that a value is used now: see {@link StoredFile#usedAt}. Does nothing if it is not there.
   *
   * @throws DinofsException IO, CLOSED
   */
  public void touch(Key key) throws DinofsException {
    requireOpen();
    directory.touch(key);
  }

  @Override
  public void forEachStored(int part, Consumer<Stored> visitor) throws DinofsException {
    requireOpen();
    Instant now = Instant.now();
    directory.forEachFile(
        part,
        file -> visitor.accept(new Stored(file.key(), file.bytes(), ageOf(file.usedAt(), now))));
  }

  private static Duration ageOf(Instant usedAt, Instant now) {
    return usedAt.isBefore(now) ? Duration.between(usedAt, now) : Duration.ZERO;
  }

  /**
   * Makes a value as young as one that was put just now, as durably as a put.
   *
   * @return whether it is there
   * @throws DinofsException IO, CLOSED
   */
  public boolean refresh(Key key) throws DinofsException {
    requireOpen();
    synchronized (locks.of(key)) {
      Optional<Instant> usedAt = directory.usedAt(key);
      if (usedAt.isEmpty()) {
        return false;
      }
      if (ageOf(usedAt.get(), Instant.now()).compareTo(YOUNG) < 0) {
        return true;
      }
      directory.touch(key);
    }
    Path file = directory.pathOf(key);
    try {
      directory.syncIfDurable(file);
      return true;
    } catch (IOException e) {
      throw DiskFailures.writing(file, 0, e);
    }
  }

  @Override
  public Deletion deleteOlder(Key key, Duration age) throws DinofsException {
    requireOpen();
    synchronized (locks.of(key)) {
      Optional<Instant> usedAt = directory.usedAt(key);
      if (usedAt.isPresent() && ageOf(usedAt.get(), Instant.now()).compareTo(age) < 0) {
        return Deletion.TOO_YOUNG;
      }
      return usedAt.isPresent() && delete(key) ? Deletion.DELETED : Deletion.ABSENT;
    }
  }

  @Override
  public Room room() throws DinofsException {
    requireOpen();
    return directory.room();
  }

  /** Values that were opened stay readable. */
  @Override
  public void close() throws DinofsException {
    closed = true;
    directory.close();
  }

  private void sync(FileChannel file) throws IOException {
    if (durability == Durability.SYNCED) {
      file.force(false);
    }
  }

  private static void requireSize(Key key, long bytes) throws DinofsException {
    if (bytes > MAX_VALUE_BYTES) {
      throw new DinofsException(ErrorKind.TOO_BIG, "a value of " + bytes + " bytes under " + key);
    }
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the store in " + directory + " is closed");
    }
  }
}
