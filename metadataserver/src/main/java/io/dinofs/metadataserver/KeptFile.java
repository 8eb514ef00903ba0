package io.dinofs.metadataserver;

import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.disk.Syncs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Bytes in a file of their own. */
final class KeptFile implements KeptBytes {
  private static final long MAX_FILE_BYTES = 64 << 20;

  private final Path file;

  KeptFile(Path file) {
    this.file = file;
  }

  @Override
  public Optional<ByteBuffer> read() throws DinofsException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new CorruptRecordException(file + " is too long");
      }
      return Optional.of(ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (CorruptRecordException e) {
      throw e;
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws DinofsException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      write(temporary, bytes);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      Syncs.force(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw failure("write", e);
    }
  }

  private static void write(Path to, ByteBuffer content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            to,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
  }

  private DinofsException failure(String what, IOException cause) {
    return new DinofsException(
        ErrorKind.IO, "cannot " + what + " " + file + ": " + cause.getMessage(), cause);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
