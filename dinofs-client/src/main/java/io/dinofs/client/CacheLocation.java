package io.dinofs.client;

import io.dinofs.model.Bytes;
import io.dinofs.model.VolumeId;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Where caches and logs are, if the user does not say. */
final class CacheLocation {
  /** Digits of a hash that tell the mounts of a user apart. */
  private static final int HASH_DIGITS = 16;

  private CacheLocation() {}

  /** A directory for each volume and mount point, so that each mount is a node of its own. */
  static Path cache(ClientSettings settings, VolumeId volume) {
    return settings
        .cache()
        .orElseGet(() -> base().resolve(volume.toString()).resolve(hash(settings.mount())));
  }

  /** A directory that the cache is in, whatever the volume. */
  static Path root(ClientSettings settings) {
    return settings.cache().orElseGet(CacheLocation::base);
  }

  /** The log of a process in the background, which starts before it knows the volume. */
  static Path log(ClientSettings settings) {
    return settings
        .cache()
        .map(cache -> cache.resolve("dinofs.log"))
        .orElseGet(() -> base().resolve(hash(settings.mount()) + ".log"));
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
