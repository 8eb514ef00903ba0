package io.dinofs.client;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Where the cache and the log of a mount are.
 *
 * @param mount the mount point; absolute
 * @param given where the user wants the cache; absolute
 * @param inMemory whether nothing is to be kept on a disk; then none is given
 */
record CacheLocation(Path mount, Optional<Path> given, boolean inMemory) {
  /** What the user says for {@link #inMemory}. */
  static final String NONE = "none";

  /** Digits of a hash that tell the mounts of a user apart. */
  private static final int HASH_DIGITS = 16;

  /**
   * What the user chose.
   *
   * @param text null for nothing
   */
  static CacheLocation of(Path mount, String text, WorkingDirectory directory) {
    boolean inMemory = NONE.equals(text);
    Optional<Path> given =
        Optional.ofNullable(text).filter(any -> !inMemory).map(directory::resolve);
    return new CacheLocation(mount, given, inMemory);
  }

  /**
   * Takes the cache directory: one for each volume and mount point, so that each mount is a node of
   * its own.
   *
   * @throws DinofsException as {@link CacheDirectory#open} and {@link MemoryDirectories#ofMachine}
   */
  CacheDirectory open(VolumeId volume) throws DinofsException {
    if (!inMemory) {
      Path usual = base().resolve(volume.toString()).resolve(hash(mount));
      return CacheDirectory.open(given.orElse(usual), volume);
    }
    MemoryDirectories directories = MemoryDirectories.ofMachine();
    CacheDirectory made = CacheDirectory.openTemporary(directories.make(), volume);
    directories.removeLeft(made.path());
    return made;
  }

  /**
   * A directory that the cache is in, whatever the volume.
   *
   * @throws DinofsException as {@link MemoryDirectories#ofMachine}
   */
  Path root() throws DinofsException {
    return inMemory ? MemoryDirectories.ofMachine().base() : given.orElseGet(CacheLocation::base);
  }

  /**
   * The log of a process in the background, which starts before it knows the volume. Its directory
   * is made.
   *
   * @throws IOException if that is not possible
   */
  Path log() throws IOException {
    if (inMemory) {
      return MemoryDirectories.ofMachine().log(hash(mount));
    }
    Path log =
        given
            .map(cache -> cache.resolve("dinofs.log"))
            .orElseGet(() -> base().resolve(hash(mount) + ".log"));
    Files.createDirectories(log.getParent());
    return log;
  }

  private static Path base() {
    Path caches =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .filter(value -> !value.isEmpty())
            .map(Path::of)
            .filter(Path::isAbsolute)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
    return caches.resolve("dinofs");
  }

  /** Where links to the cache directories of this user's mounts are: {@link MountLinks}. */
  static Path mountLinks() {
    return base().resolve("mounts");
  }

  /** What stands for a mount point in names of files. */
  static String hash(Path mount) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(Bytes.utf8(mount.toString()).toArray());
      return Bytes.wrap(digest).toHex().substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
