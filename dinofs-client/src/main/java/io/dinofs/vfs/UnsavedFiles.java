package io.dinofs.vfs;

import io.dinofs.model.DaemonThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.content.LostAndFound;
import io.dinofs.vfs.content.OpenInode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again and again to commit what closed files could not commit, for example because the
 * server was away: their programs were told, but what they wrote is not thrown away. Until it is
 * committed there is a copy of it in {@link LostAndFound}, where it stays if this process ends
 * before.
 */
final class UnsavedFiles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UnsavedFiles.class);
  private static final long RETRY_MILLIS = 1_000;

  private final OpenInodes open;
  private final Files files;
  private final LostAndFound lostAndFound;
  private final KnownNames names;

  /** Guarded by this. */
  private final Map<InodeId, Copy> copies = new HashMap<>();

  /** Files of which there could be no copy, which was said. Guarded by this. */
  private final Set<InodeId> uncopied = new HashSet<>();

  private final ScheduledFuture<?> retrying;
  private final ScheduledExecutorService retries =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("unsaved-files"));

  /**
   * A copy of what was written to a file.
   *
   * @param writes how often it had been written to then
   */
  private record Copy(Path path, long writes) {}

  UnsavedFiles(OpenInodes open, Files files, LostAndFound lostAndFound, KnownNames names) {
    this.open = open;
    this.files = files;
    this.lostAndFound = lostAndFound;
    this.names = names;
    retrying =
        retries.scheduleWithFixedDelay(
            this::retry, RETRY_MILLIS, RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void retry() {
    for (OpenInode file : open.unsaved()) {
      try {
        boolean unused = keep(file, file.lastFailure());
        boolean committed = files.save(file);
        if (committed) {
          forget(file);
        } else {
          log.warn(
              "{} was removed before what was written to it could be committed; {}",
              names.describe(file.inode()),
              copy(file));
          copies.remove(file.inode());
          uncopied.remove(file.inode());
        }
      } catch (DinofsException | RuntimeException e) {
        log.debug("{}: still not committed: {}", names.describe(file.inode()), e.getMessage());
      }
    }
  }

  /**
   * Sees to it that there is a copy of all that was written to the file.
   *
   * @return false if there was one, and nothing was logged
   */
  private boolean keep(OpenInode file, String reason) {
    long writes = file.writes();
    Copy earlier = copies.get(file.inode());
    if (earlier != null && earlier.writes() == writes) {
      return false;
    }
    try {
      Optional<Path> kept = lostAndFound.keep(file, names.path(file.inode()), reason);
      if (kept.isPresent()) {
        copies.put(file.inode(), new Copy(kept.get(), writes));
        uncopied.remove(file.inode());
        log.warn(
            "{}: what was written is not committed ({}); {}",
            names.describe(file.inode()),
            reason,
            copy(file));
      }
      if (earlier != null) {
        lostAndFound.remove(earlier.path());
      }
    } catch (DinofsException e) {
      if (!uncopied.add(file.inode())) {
        return false;
      }
      log.error(
          "{}: what was written is not committed ({}) and cannot be copied: {}",
          names.describe(file.inode()),
          reason,
          e.getMessage());
    }
    return true;
  }

  private void forget(OpenInode file) throws DinofsException {
    log.info(
        "{}: what could not be committed at its close is committed now",
        names.describe(file.inode()));
    uncopied.remove(file.inode());
    Copy copy = copies.remove(file.inode());
    if (copy != null) {
      lostAndFound.remove(copy.path());
    }
  }

  private String copy(OpenInode file) {
    Copy copy = copies.get(file.inode());
    return copy == null ? "there is no copy of it" : "a copy is kept in " + copy.path();
  }

  /**
   * Commits what every file holds, or keeps a copy of it. If the server is away, one file waits for
   * it, and not one after the other.
   *
   * @throws DinofsException UNAVAILABLE if files could not be committed, with their number
   */
  @Override
  public void close() throws DinofsException {
    retrying.cancel(false);
    retries.shutdownNow();
    synchronized (this) {
      commitAll();
    }
  }

  private void commitAll() throws DinofsException {
    int failed = 0;
    DinofsException first = null;
    boolean away = false;
    for (OpenInode file : open.dirty()) {
      try {
        if (!away) {
          files.commit(file);
          copies.computeIfPresent(file.inode(), (inode, copy) -> removed(copy));
          continue;
        }
      } catch (DinofsException e) {
        away = e.kind() == ErrorKind.UNAVAILABLE;
        first = first == null ? e : first;
      }
      failed++;
      if (!keep(file, first.getMessage())) {
        log.warn(
            "{}: what was written is still not committed; {}",
            names.describe(file.inode()),
            copy(file));
      }
    }
    if (first != null) {
      throw new DinofsException(
          ErrorKind.UNAVAILABLE,
          failed
              + " files could not be committed, what was written to them is in "
              + lostAndFound.directory()
              + "; the first: "
              + first.getMessage(),
          first);
    }
  }

  private Copy removed(Copy copy) {
    try {
      lostAndFound.remove(copy.path());
    } catch (DinofsException e) {
      log.warn("it is committed, but its copy stays: {}", e.getMessage());
    }
    return null;
  }
}
