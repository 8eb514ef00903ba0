package io.dinofs.metadataserver;

import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.NodeId;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A set of nodes in bytes, big endian: magic (4), count (4), nodes (8 each), CRC32C of what is
 * before it (4).
 */
final class NodesCodec {
  private static final int MAGIC = 0x444e6f64;
  private static final int FIXED_BYTES = 12;

  private NodesCodec() {}

  static ByteBuffer encode(Set<NodeId> nodes) {
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + nodes.size() * Long.BYTES);
    out.putInt(MAGIC).putInt(nodes.size());
    nodes.forEach(node -> out.putLong(node.value()));
    out.putInt(checksum(out.duplicate().position(0)));
    return out.flip();
  }

  /**
   * @param name of what holds the bytes, for messages
   * @throws CorruptRecordException if they are no such set
   */
  static Set<NodeId> decode(ByteBuffer in, String name) throws CorruptRecordException {
    int count = in.remaining() < FIXED_BYTES ? -1 : in.getInt(4);
    boolean fits = count >= 0 && in.remaining() == FIXED_BYTES + (long) count * Long.BYTES;
    if (!fits || in.getInt(0) != MAGIC || in.getInt(in.limit() - 4) != checksum(in)) {
      throw new CorruptRecordException(
          name + " is damaged; without it, start the server after one lease");
    }
    Set<NodeId> nodes = new HashSet<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeId(in.getLong(8 + i * Long.BYTES)));
    }
    return Set.copyOf(nodes);
  }

  private static int checksum(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.slice(0, content.capacity() - 4));
    return (int) crc.getValue();
  }
}
