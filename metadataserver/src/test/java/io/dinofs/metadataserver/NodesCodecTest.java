package io.dinofs.metadataserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import io.dinofs.model.NodeId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NodesCodecTest {
  private static final Set<NodeId> NODES = Set.of(new NodeId(1), new NodeId(-2));

  private static byte[] encoded() {
    ByteBuffer out = NodesCodec.encode(NODES);
    byte[] bytes = new byte[out.remaining()];
    out.get(bytes);
    return bytes;
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    assertEquals(NODES, NodesCodec.decode(ByteBuffer.wrap(encoded()), "nodes"));
  }

  @Test
  void whatNobodyWroteIsCorrupt() {
    Fuzz.feed(
        Set.of(ErrorKind.CORRUPT),
        List.of(encoded()),
        input -> {
          Set<NodeId> unused = NodesCodec.decode(ByteBuffer.wrap(input), "nodes");
        });
  }
}
