package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that a volume can be mounted on: it is there, empty, and nothing is mounted on it.
 *
 * @param path absolute, without symbolic links
 */
public record MountPoint(Path path) {
  private static final Logger log = LoggerFactory.getLogger(MountPoint.class);

  /** More mounts than this, each on top of a dead one, are not of our making. */
  private static final int MAX_DEAD_MOUNTS = 16;

  /**
   * Finds out whether {@code directory} can be mounted on. What a dead dinofs has left mounted
   * there is taken away first.
   *
   * @throws DinofsException NOT_FOUND, NOT_DIRECTORY, NOT_EMPTY; BUSY if something is mounted there
   *     or it is inside another volume of dinofs; ACCESS_DENIED, IO. The message names directory
   *     and reason.
   */
  public static MountPoint check(Path directory, MountSystem system) throws DinofsException {
    Path path = resolve(directory.toAbsolutePath().normalize());
    removeDeadMounts(path, system);
    Optional<MountTable.Entry> covering = system.mounts().covering(path);
    if (covering.isPresent() && covering.get().isDinofs()) {
      String outer = covering.get().mountPoint();
      throw refusal(ErrorKind.BUSY, directory, "it is inside the dinofs mount " + outer);
    }
    requireEmptyDirectory(directory, path);
    return new MountPoint(path);
  }

  /** Whether {@code file}, which need not exist, would be hidden by a mount here. */
  public boolean covers(Path file) {
    return resolve(file.toAbsolutePath().normalize()).startsWith(path);
  }

  /**
   * Unmounts what is mounted here, if anything is.
   *
   * @return false if it is in use; then it has been taken away from here, and who uses it can go on
   * @throws DinofsException NOT_PERMITTED, IO: it is still mounted
   */
  public boolean unmount(MountSystem system) throws DinofsException {
    if (system.mounts().at(path).isEmpty()) {
      return true;
    }
    try {
      system.unmount(path);
      return true;
    } catch (DinofsException e) {
      if (e.kind() != ErrorKind.BUSY) {
        throw e;
      }
    }
    log.warn("{} is in use; it is unmounted for new users only", path);
    system.detach(path);
    return false;
  }

  private static void removeDeadMounts(Path path, MountSystem system) throws DinofsException {
    for (int i = 0; i < MAX_DEAD_MOUNTS; i++) {
      Optional<MountTable.Entry> mounted = system.mounts().at(path);
      if (mounted.isEmpty()) {
        return;
      }
      if (!mounted.get().isDinofs() || !system.isDead(path)) {
        String type = mounted.get().type();
        throw refusal(ErrorKind.BUSY, path, "already mounted, with type " + type);
      }
      log.info("unmounting what a dinofs that is gone has left on {}", path);
      system.detach(path);
    }
    throw refusal(ErrorKind.BUSY, path, "too many dead mounts on it");
  }

  private static void requireEmptyDirectory(Path directory, Path path) throws DinofsException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw refusal(ErrorKind.NOT_FOUND, directory, "no such directory");
    }
    if (!Files.isDirectory(path)) {
      throw refusal(ErrorKind.NOT_DIRECTORY, directory, "not a directory");
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      if (entries.iterator().hasNext()) {
        throw refusal(ErrorKind.NOT_EMPTY, directory, "not empty");
      }
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.ACCESS_DENIED, "cannot mount on " + directory + ": it cannot be read", e);
    }
  }

  /** As {@link Path#toRealPath}, as far as the path can be followed. */
  private static Path resolve(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      return path;
    }
    try {
      return path.toRealPath();
    } catch (IOException e) {
      // It is not there, or it is the mount of a process that is gone.
      return resolve(parent).resolve(path.getFileName());
    }
  }

  private static DinofsException refusal(ErrorKind kind, Path directory, String reason) {
    return new DinofsException(kind, "cannot mount on " + directory + ": " + reason);
  }
}
