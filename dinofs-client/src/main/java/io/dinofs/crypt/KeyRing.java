package io.dinofs.crypt;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.KeyIds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a key file. What is encrypted here is encrypted with the key that was the first when
 * the ring was opened; a key that is met and not known is looked for in the file again, which may
 * have got it since. Safe for any number of threads.
 */
public final class KeyRing {
  private static final Logger log = LoggerFactory.getLogger(KeyRing.class);
  private static final Duration BETWEEN_READS = Duration.ofSeconds(1);

  private final Path file;
  private final VolumeKey newest;
  private volatile Map<Long, VolumeKey> keys;

  /** When the file was read last, by {@link System#nanoTime}. Guarded by this. */
  private long readAt = System.nanoTime();

  private KeyRing(Path file, List<VolumeKey> keys) {
    this.file = file;
    this.newest = keys.get(0);
    this.keys = byId(keys);
  }

  /**
   * @throws DinofsException NOT_FOUND, ACCESS_DENIED, INVALID with the file's name and what is
   *     wrong with it
   */
  public static KeyRing open(Path file) throws DinofsException {
    return new KeyRing(file, KeyFile.read(file));
  }

  private static Map<Long, VolumeKey> byId(List<VolumeKey> keys) {
    return keys.stream()
        .collect(Collectors.toMap(VolumeKey::id, Function.identity(), (one, same) -> one));
  }

  /** The one that encrypts. */
  VolumeKey newest() {
    return newest;
  }

  boolean has(long id) {
    return keys.containsKey(id);
  }

  Path file() {
    return file;
  }

  /**
   * @throws DinofsException CORRUPT if the file has no such key
   */
  VolumeKey find(long id) throws DinofsException {
    VolumeKey known = keys.get(id);
    if (known == null) {
      readAgain();
      known = keys.get(id);
    }
    if (known == null) {
      throw new DinofsException(
          ErrorKind.CORRUPT,
          "it is encrypted with key %s, which is not in %s".formatted(KeyIds.text(id), file));
    }
    return known;
  }

  private synchronized void readAgain() {
    if (System.nanoTime() - readAt < BETWEEN_READS.toNanos()) {
      return;
    }
    readAt = System.nanoTime();
    try {
      keys = byId(KeyFile.read(file));
    } catch (DinofsException e) {
      log.warn("the key file was not read again: {}", e.getMessage());
    }
  }
}
