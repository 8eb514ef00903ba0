package io.dinofs.client;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.store.disk.DirectoryLock;
import io.dinofs.store.disk.PrivateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A directory that belongs to one volume and is used by one process at a time. */
final class CacheDirectory implements AutoCloseable {
  private static final String VOLUME_FILE = "volume";

  private final Path path;
  private final DirectoryLock lock;
  private volatile boolean temporary;

  private CacheDirectory(Path path, DirectoryLock lock, boolean temporary) {
    this.path = path;
    this.lock = lock;
    this.temporary = temporary;
  }

  /**
   * Takes the directory for this process, and for {@code volume} if it is new. It is made if it is
   * not there.
   *
   * @throws DinofsException BUSY if another process has it, WRONG_VOLUME if it belongs to another
   *     volume, ACCESS_DENIED if others may get into it, IO
   */
  static CacheDirectory open(Path path, VolumeId volume) throws DinofsException {
    return open(path, volume, false);
  }

  /**
   * As {@link #open}, but the directory is removed at its close, unless it was said to {@link
   * #keep} it, or files are in its lost+found.
   */
  static CacheDirectory openTemporary(Path path, VolumeId volume) throws DinofsException {
    return open(path, volume, true);
  }

  private static CacheDirectory open(Path path, VolumeId volume, boolean temporary)
      throws DinofsException {
    try {
      PrivateDirectory.make(path);
      DirectoryLock lock = DirectoryLock.acquire(path);
      boolean ours = false;
      try {
        claim(path, volume);
        ours = true;
      } finally {
        if (!ours) {
          lock.close();
        }
      }
      return new CacheDirectory(path, lock, temporary);
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot use " + path + " as cache directory: " + e.getMessage(), e);
    }
  }

  private static void claim(Path path, VolumeId volume) throws IOException {
    Path file = path.resolve(VOLUME_FILE);
    String owner;
    try {
      owner = Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException e) {
      Path draft = path.resolve(VOLUME_FILE + ".new");
      Files.writeString(draft, volume + "\n", StandardCharsets.US_ASCII);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    if (!owner.equals(volume.toString())) {
      throw new DinofsException(
          ErrorKind.WRONG_VOLUME,
          "the cache directory %s belongs to volume %s, not to %s; name another one with --cache"
              .formatted(path, owner, volume));
    }
  }

  Path path() {
    return path;
  }

  /** It holds what is needed later. */
  void keep() {
    temporary = false;
  }

  /** Lets others have it. */
  @Override
  public void close() throws DinofsException {
    try (lock) {
      if (temporary) {
        boolean unused = MemoryDirectories.remove(path);
      }
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot remove " + path + ": " + e, e);
    }
  }
}
