package io.dinofs.metadataserver;

import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.store.disk.Syncs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Nodes in a file that is replaced as a whole, as {@link NodesCodec} encodes them. */
final class StrictNodesFile implements StrictNodes {
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final Path file;
  private Set<NodeId> written = Set.of(); // by one thread at a time

  StrictNodesFile(Path file) {
    this.file = file;
  }

  @Override
  public Set<NodeId> remembered() throws DinofsException {
    if (!Files.exists(file)) {
      return Set.of();
    }
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new CorruptRecordException(file + " is too long");
      }
      written = NodesCodec.decode(ByteBuffer.wrap(Files.readAllBytes(file)), file.toString());
      return written;
    } catch (CorruptRecordException e) {
      throw e;
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  @Override
  public void remember(Set<NodeId> nodes) throws DinofsException {
    if (nodes.equals(written)) {
      return;
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      write(temporary, NodesCodec.encode(nodes));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      Syncs.force(file.toAbsolutePath().getParent());
      written = Set.copyOf(nodes);
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
}
