package io.dinofs.access;

import io.dinofs.model.DinofsException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node shows to servers: a token, and where the next one will be when that is replaced. Safe
 * for any number of threads.
 */
public final class ShownToken {
  private static final Logger LOG = LoggerFactory.getLogger(ShownToken.class);

  private final Optional<Path> file;

  private volatile Secret current; // written under this

  private ShownToken(Optional<Path> file, Secret current) {
    this.file = file;
    this.current = current;
  }

  /** One that stays as it is. */
  public static ShownToken of(Secret secret) {
    return new ShownToken(Optional.empty(), secret);
  }

  /**
   * The one in a file, which is read again when a server refuses what was in it.
   *
   * @throws DinofsException as {@link Secret#read}
   */
  public static ShownToken in(Path file) throws DinofsException {
    return new ShownToken(Optional.of(file), Secret.read(file));
  }

  /** What to show now. */
  public Secret current() {
    return current;
  }

  /**
   * A server has refused a token; looks for another one.
   *
   * @return whether {@link #current} is another one than {@code refused} now, so that it is worth
   *     to ask again
   */
  public synchronized boolean renew(Secret refused) {
    if (!isSame(current, refused)) {
      return true; // another thread has been here
    }
    if (file.isEmpty()) {
      return false;
    }
    try {
      Secret found = Secret.read(file.get());
      boolean another = !isSame(found, refused);
      if (another) {
        LOG.info("{} has another token now", file.get());
      }
      current = found;
      return another;
    } catch (DinofsException e) {
      LOG.warn("no other token than the one that was refused: {}", e.getMessage());
      return false;
    }
  }

  private static boolean isSame(Secret one, Secret other) {
    return one.reveal().equals(other.reveal());
  }
}
