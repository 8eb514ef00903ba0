package io.dinofs.store.disk;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Capacity;
import io.dinofs.store.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a {@link DiskStore}: {@code format} names the layout, {@code lock} is locked by
 * its user, {@code tmp} has what is being written, {@code data} the values.
 */
final class StoreDirectory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreDirectory.class);

  private static final String FORMAT = "dinofs disk store 1\n";
  private static final int MAX_FORMAT_BYTES = 100;

  /**
   * What may be there before there is a format, because a process was killed while it made the
   * directory.
   */
  private static final Set<String> BEFORE_FORMAT = Set.of("lock", "tmp", "data", "lost+found");

  private final Path root;
  private final Path data;
  private final Path temporaries;
  private final DirectoryLock lock;
  private final Durability durability;

  /** Directories right below data that exist durably. */
  private final Set<Path> fans = ConcurrentHashMap.newKeySet();

  private final AtomicLong temporaryCounter = new AtomicLong();

  private StoreDirectory(Path root, DirectoryLock lock, Durability durability) {
    this.durability = durability;
    this.root = root;
    this.data = root.resolve("data");
    this.temporaries = root.resolve("tmp");
    this.lock = lock;
  }

  static StoreDirectory open(Path root, Durability durability) throws DinofsException {
    try {
      PrivateDirectory.make(root);
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot make the directory " + root + ": " + e.getMessage(), e);
    }
    DirectoryLock lock = DirectoryLock.acquire(root);
    StoreDirectory directory = new StoreDirectory(root, lock, durability);
    try {
      directory.prepare();
      return directory;
    } catch (DinofsException e) {
      throw closeAfter(e, lock);
    } catch (IOException e) {
      throw closeAfter(DiskFailures.writing(root.resolve("format"), 0, e), lock);
    }
  }

  private static DinofsException closeAfter(DinofsException failure, DirectoryLock lock) {
    try {
      lock.close();
    } catch (DinofsException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private void prepare() throws IOException {
    Path format = root.resolve("format");
    if (Files.exists(format, LinkOption.NOFOLLOW_LINKS)) {
      checkFormat(format);
    } else {
      requireUnused();
    }
    Files.createDirectories(data);
    try (DirectoryStream<Path> existing = Files.newDirectoryStream(data)) {
      existing.forEach(fans::add);
    }
    syncIfDurable(data);
    Files.createDirectories(temporaries);
    removeTemporaries();
    if (!Files.exists(format)) {
      writeFormat(format);
    }
  }

  private void checkFormat(Path format) throws IOException {
    if (Files.size(format) > MAX_FORMAT_BYTES
        || !Files.readString(format, StandardCharsets.ISO_8859_1).equals(FORMAT)) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED,
          root
              + " has a format that this program does not know; this program knows: "
              + FORMAT.strip());
    }
  }

  private void requireUnused() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root)) {
      for (Path file : files) {
        if (!BEFORE_FORMAT.contains(file.getFileName().toString())) {
          throw new DinofsException(
              ErrorKind.INVALID, root + " is not a store's directory and not empty: " + file);
        }
      }
    }
  }

  private void removeTemporaries() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(temporaries)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  private void writeFormat(Path format) throws IOException {
    Path temporary = newTemporaryPath();
    Files.writeString(temporary, FORMAT, StandardCharsets.ISO_8859_1);
    syncIfDurable(temporary);
    Files.move(temporary, format, StandardCopyOption.ATOMIC_MOVE);
    syncIfDurable(root);
  }

  /**
   * Writes a file, or the names in a directory, to the device if that is what the store promises.
   */
  void syncIfDurable(Path path) throws IOException {
    if (durability == Durability.SYNCED) {
      Syncs.force(path);
    }
  }

  Path pathOf(Key key) {
    return KeyPath.of(data, key);
  }

  Path newTemporaryPath() {
    return temporaries.resolve(Long.toString(temporaryCounter.incrementAndGet()));
  }

  boolean isTemporary(Path file) {
    return temporaries.equals(file.getParent());
  }

  /** Makes the directories above a key's file. */
  void makeParents(Path file) throws IOException {
    Path parent = file.getParent();
    if (fans.contains(parent)) {
      return;
    }
    Files.createDirectories(parent);
    // Also if they existed: another thread may have made them just now, and not have come to this.
    for (Path above = parent.getParent(); !above.equals(root); above = above.getParent()) {
      syncIfDurable(above);
    }
    if (parent.getParent().equals(data)) {
      fans.add(parent);
    }
  }

  /** Removes a file that is not needed any more because of {@code failure}, which it returns. */
  DinofsException discard(Path file, DinofsException failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  void forEachKey(Consumer<Key> visitor) throws DinofsException {
    forEach((file, key) -> visitor.accept(key));
  }

  void forEachFile(Consumer<StoredFile> visitor) throws DinofsException {
    forEach((file, key) -> visit(file, key, visitor));
  }

  /** The files of one of {@link KeyPath#FANS} parts. */
  void forEachFile(int part, Consumer<StoredFile> visitor) throws DinofsException {
    if (part < 0 || part >= KeyPath.FANS) {
      throw new DinofsException(ErrorKind.INVALID, "no part of a store: " + part);
    }
    Path fan = data.resolve(KeyPath.fanName(part));
    try {
      visit(fan, (file, key) -> visit(file, key, visitor));
    } catch (IOException e) {
      throw DiskFailures.reading(fan, e);
    }
  }

  private static void visit(Path file, Key key, Consumer<StoredFile> visitor) throws IOException {
    find(file, key).ifPresent(visitor);
  }

  Optional<StoredFile> find(Key key) throws DinofsException {
    Path file = pathOf(key);
    try {
      return find(file, key);
    } catch (IOException e) {
      throw DiskFailures.reading(file, e);
    }
  }

  /** Empty if it is not there, or not any more. */
  private static Optional<StoredFile> find(Path file, Key key) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new StoredFile(key, attributes.size(), attributes.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** When a value was put or touched last; empty if it is not there. */
  Optional<Instant> usedAt(Key key) throws DinofsException {
    return find(key).map(StoredFile::usedAt);
  }

  /** Takes a file of the store. */
  @FunctionalInterface
  private interface Visitor {
    void visit(Path file, Key key) throws IOException;
  }

  private void forEach(Visitor visitor) throws DinofsException {
    try {
      visit(data, visitor);
    } catch (IOException e) {
      throw DiskFailures.reading(data, e);
    }
  }

  void touch(Key key) throws DinofsException {
    Path file = pathOf(key);
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (NoSuchFileException e) {
      log.debug("{} went before it was touched", file);
    } catch (IOException e) {
      throw DiskFailures.reading(file, e);
    }
  }

  private void visit(Path directory, Visitor visitor) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          visit(file, visitor);
        } else {
          visitFile(file, visitor);
        }
      }
    } catch (NoSuchFileException e) {
      log.debug("{} went while it was listed", directory);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void visitFile(Path file, Visitor visitor) throws IOException {
    Optional<Key> key = KeyPath.parse(data, file);
    if (key.isPresent()) {
      visitor.visit(file, key.get());
    } else {
      log.warn("{} is not a file of this store; it is left alone", file);
    }
  }

  Capacity.Room room() throws DinofsException {
    try {
      FileStore device = Files.getFileStore(data);
      return new Capacity.Room(device.getTotalSpace(), device.getUsableSpace());
    } catch (IOException e) {
      throw DiskFailures.reading(data, e);
    }
  }

  @Override
  public void close() throws DinofsException {
    lock.close();
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
