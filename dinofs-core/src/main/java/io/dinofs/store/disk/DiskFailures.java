package io.dinofs.store.disk;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives a failure of the local file system its {@link ErrorKind}. */
public final class DiskFailures {
  private DiskFailures() {}

  public static DinofsException reading(Path file, IOException cause) {
    ErrorKind kind =
        cause instanceof ClosedByInterruptException ? ErrorKind.INTERRUPTED : ErrorKind.IO;
    return new DinofsException(kind, "cannot read " + file + ": " + cause.getMessage(), cause);
  }

  /**
   * Java does not tell ENOSPC from other failures but by its text, so the file system is asked. It
   * has to be asked before the unfinished file is removed.
   *
   * @param neededBytes what was to be written
   */
  public static DinofsException writing(Path file, long neededBytes, IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return new DinofsException(ErrorKind.INTERRUPTED, "interrupted while writing " + file, cause);
    }
    try {
      FileStore device = Files.getFileStore(file.toAbsolutePath().getParent());
      if (device.getUsableSpace() < Math.max(neededBytes, device.getBlockSize())) {
        return new DinofsException(ErrorKind.NO_SPACE, "no space left to write " + file, cause);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return new DinofsException(
        ErrorKind.IO, "cannot write " + file + ": " + cause.getMessage(), cause);
  }
}
