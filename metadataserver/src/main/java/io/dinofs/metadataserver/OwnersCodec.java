package io.dinofs.metadataserver;

import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Whose which ids are in bytes, big endian: magic (4), then of each id in their order the id (8)
 * and the owner's name in US-ASCII after its length (1), then CRC32C of what is before it (4).
 */
final class OwnersCodec {
  private static final int MAGIC = 0x444f776e;
  private static final int CHECKSUM_BYTES = 4;
  private static final int MAX_NAME_BYTES = 255;

  private OwnersCodec() {}

  static ByteBuffer encode(Map<NodeId, String> owners) {
    int most = 2 * Integer.BYTES + owners.size() * (Long.BYTES + 1 + MAX_NAME_BYTES);
    ByteBuffer out = ByteBuffer.allocate(most);
    out.putInt(MAGIC);
    owners.forEach(
        (id, owner) -> {
          byte[] name = owner.getBytes(StandardCharsets.US_ASCII);
          out.putLong(id.value()).put((byte) name.length).put(name);
        });
    out.putInt(checksum(out.duplicate().flip()));
    return out.flip();
  }

  /**
   * @param name of what holds the bytes, for messages
   * @throws CorruptRecordException if they are nothing of the kind
   */
  static Map<NodeId, String> decode(ByteBuffer bytes, String name) throws CorruptRecordException {
    ByteBuffer in = bytes.slice();
    int end = in.limit() - CHECKSUM_BYTES;
    if (end < Integer.BYTES
        || in.getInt(0) != MAGIC
        || in.getInt(end) != checksum(in.slice(0, end))) {
      throw damaged(name);
    }
    in.position(Integer.BYTES).limit(end);
    Map<NodeId, String> owners = new LinkedHashMap<>();
    try {
      while (in.hasRemaining()) {
        NodeId id = new NodeId(in.getLong());
        byte[] owner = new byte[Byte.toUnsignedInt(in.get())];
        in.get(owner);
        owners.put(id, new String(owner, StandardCharsets.US_ASCII));
      }
    } catch (BufferUnderflowException e) {
      throw damaged(name);
    }
    return owners;
  }

  private static CorruptRecordException damaged(String name) {
    return new CorruptRecordException(
        name + " is damaged; without it, nodes may show ids that were those of others");
  }

  private static int checksum(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
