package io.dinofs.vfs;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.content.OpenInode;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again and again to commit what closed files could not commit, for example because the
 * server was away: their programs were told, but what they wrote is not thrown away.
 */
final class UnsavedFiles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UnsavedFiles.class);
  private static final long RETRY_MILLIS = 1_000;

  private final OpenInodes open;
  private final Files files;
  private final ScheduledFuture<?> retrying;
  private final ScheduledExecutorService retries =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "unsaved-files");
            thread.setDaemon(true);
            return thread;
          });

  UnsavedFiles(OpenInodes open, Files files) {
    this.open = open;
    this.files = files;
    retrying =
        retries.scheduleWithFixedDelay(
            this::retry, RETRY_MILLIS, RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void retry() {
    for (OpenInode file : open.unsaved()) {
      try {
        files.save(file);
        log.info(
            "inode {}: what could not be committed at its close is committed now", file.inode());
      } catch (DinofsException | RuntimeException e) {
        log.debug("inode {}: still not committed: {}", file.inode(), e.getMessage());
      }
    }
  }

  /**
   * Commits what every file holds.
   *
   * @throws DinofsException the failure of the first file that could not be committed, with their
   *     number
   */
  @Override
  public void close() throws DinofsException {
    retrying.cancel(false);
    retries.shutdownNow();
    int failed = 0;
    DinofsException first = null;
    List<OpenInode> dirty = open.dirty();
    for (OpenInode file : dirty) {
      try {
        files.commit(file);
      } catch (DinofsException e) {
        failed++;
        first = first == null ? e : first;
        log.error(
            "inode {}: what was written is lost, it could not be committed: {}",
            file.inode(),
            e.getMessage());
      }
    }
    if (first != null) {
      throw new DinofsException(
          ErrorKind.UNAVAILABLE,
          failed + " files could not be committed; the first: " + first.getMessage(),
          first);
    }
  }
}
