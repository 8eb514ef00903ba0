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
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The strict nodes in a file that is replaced as a whole. Big endian: magic (4), count (4), nodes
 * (8 each), CRC32C of what is before it (4).
 */
final class StrictNodesFile implements StrictNodes {
  private static final int MAGIC = 0x444e6f64;
  private static final int FIXED_BYTES = 12;
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
      written = read(ByteBuffer.wrap(Files.readAllBytes(file)));
      return written;
    } catch (CorruptRecordException e) {
      throw e;
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  private Set<NodeId> read(ByteBuffer in) throws CorruptRecordException {
    int count = in.remaining() < FIXED_BYTES ? -1 : in.getInt(4);
    boolean fits = count >= 0 && in.remaining() == FIXED_BYTES + (long) count * Long.BYTES;
    if (!fits || in.getInt(0) != MAGIC || in.getInt(in.limit() - 4) != checksum(in)) {
      throw new CorruptRecordException(
          file + " is damaged; without it, start the server after one lease");
    }
    Set<NodeId> nodes = new HashSet<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeId(in.getLong(8 + i * Long.BYTES)));
    }
    return Set.copyOf(nodes);
  }

  @Override
  public void remember(Set<NodeId> nodes) throws DinofsException {
    if (nodes.equals(written)) {
      return;
    }
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + nodes.size() * Long.BYTES);
    out.putInt(MAGIC).putInt(nodes.size());
    nodes.forEach(node -> out.putLong(node.value()));
    out.putInt(checksum(out.duplicate().position(0)));
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      write(temporary, out.flip());
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

  private static int checksum(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.slice(0, content.capacity() - 4));
    return (int) crc.getValue();
  }

  private DinofsException failure(String what, IOException cause) {
    return new DinofsException(
        ErrorKind.IO, "cannot " + what + " " + file + ": " + cause.getMessage(), cause);
  }
}
