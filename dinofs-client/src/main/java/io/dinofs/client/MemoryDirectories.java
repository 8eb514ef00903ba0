package io.dinofs.client;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.disk.DirectoryLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories for mounts that keep nothing on a disk, in a file system in memory: tmpfs(5). Each
 * mount makes one, and removes it at its end; those of processes that were killed go when the next
 * one begins.
 */
final class MemoryDirectories {
  private static final Logger log = LoggerFactory.getLogger(MemoryDirectories.class);
  private static final String PREFIX = "dinofs-";

  /** What a cache directory has when its process has locked it. */
  private static final String IN_USE = "volume";

  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

  private final Path base;

  MemoryDirectories(Path base) {
    this.base = base;
  }

  /**
   * Those of this machine.
   *
   * @throws DinofsException NOT_SUPPORTED if there is no such file system that this user may write
   *     to
   */
  static MemoryDirectories ofMachine() throws DinofsException {
    Optional<Path> runtime = Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR")).map(Path::of);
    return Stream.concat(Stream.of(Path.of("/dev/shm")), runtime.stream())
        .filter(MemoryDirectories::isInMemory)
        .findFirst()
        .map(MemoryDirectories::new)
        .orElseThrow(
            () ->
                new DinofsException(
                    ErrorKind.NOT_SUPPORTED,
                    "--cache none needs a file system in memory to write to:"
                        + " neither /dev/shm nor XDG_RUNTIME_DIR is one"));
  }

  private static boolean isInMemory(Path directory) {
    try {
      FileStore store = Files.getFileStore(directory);
      return IN_MEMORY.contains(store.type()) && Files.isWritable(directory);
    } catch (IOException e) {
      return false;
    }
  }

  /** What they are in. */
  Path base() {
    return base;
  }

  /**
   * A new one, for its owner alone.
   *
   * @throws DinofsException IO
   */
  Path make() throws DinofsException {
    try {
      return Files.createTempDirectory(
          base,
          PREFIX,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot make a directory in " + base + ": " + e, e);
    }
  }

  /**
   * A file for a log, for its owner alone; it is there already if it was made before.
   *
   * @param name of a user's files, no other has this one
   * @throws IOException if it cannot be made, or somebody else has made one there
   */
  Path log(String name) throws IOException {
    Path log = base.resolve(PREFIX + user().getName() + "-" + name + ".log");
    try {
      Files.createFile(
          log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      boolean ours =
          Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)
              && Files.getOwner(log, LinkOption.NOFOLLOW_LINKS).equals(user());
      if (!ours) {
        throw new IOException("somebody else has made " + log, e);
      }
    }
    return log;
  }

  /** Who this process runs as. */
  private static UserPrincipal user() throws IOException {
    return Files.getOwner(Path.of("/proc/self"));
  }

  /**
   * Removes those that were left by processes of this user that have ended, but for what could not
   * be committed.
   *
   * @param own stays
   */
  void removeLeft(Path own) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(base, PREFIX + "*")) {
      for (Path each : found) {
        if (!each.equals(own)
            && Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(each, LinkOption.NOFOLLOW_LINKS).equals(user())
            && Files.exists(each.resolve(IN_USE))) {
          removeUnused(each);
        }
      }
    } catch (IOException e) {
      log.warn("what earlier mounts have left in {} stays: {}", base, e.toString());
    }
  }

  private static void removeUnused(Path left) throws IOException {
    try (DirectoryLock lock = DirectoryLock.acquire(left)) {
      log.debug("{} of a mount that was killed: {}", left, lock);
      remove(left);
    } catch (DinofsException e) {
      if (e.kind() != ErrorKind.BUSY) {
        throw e;
      }
    }
  }

  /**
   * Removes a cache directory, unless files are in its lost+found.
   *
   * @return whether it is gone
   * @throws IOException if it cannot be removed
   */
  static boolean remove(Path directory) throws IOException {
    if (hasLostFiles(directory)) {
      log.warn("{} has what could not be committed, until this machine is restarted", directory);
      return false;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
    return true;
  }

  private static boolean hasLostFiles(Path directory) throws IOException {
    Path lost = directory.resolve(VolumeStores.LOST_AND_FOUND);
    if (!Files.isDirectory(lost)) {
      return false;
    }
    try (Stream<Path> files = Files.list(lost)) {
      return files.findAny().isPresent();
    }
  }
}
