package io.dinofs.metadataserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import io.dinofs.model.NodeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OwnersCodecTest {
  private static Map<NodeId, String> owners() {
    Map<NodeId, String> owners = new LinkedHashMap<>();
    owners.put(new NodeId(7), "node2");
    owners.put(new NodeId(-2), "node1");
    owners.put(new NodeId(1), "n".repeat(64));
    return owners;
  }

  private static byte[] encoded() {
    ByteBuffer out = OwnersCodec.encode(owners());
    byte[] bytes = new byte[out.remaining()];
    out.get(bytes);
    return bytes;
  }

  @Test
  void whatIsWrittenIsReadInItsOrder() throws Exception {
    Map<NodeId, String> read = OwnersCodec.decode(ByteBuffer.wrap(encoded()), "owners");
    assertEquals(new ArrayList<>(owners().entrySet()), new ArrayList<>(read.entrySet()));
  }

  @Test
  void whatNobodyWroteIsCorrupt() {
    Fuzz.feed(
        Set.of(ErrorKind.CORRUPT),
        List.of(encoded()),
        input -> {
          var unused = OwnersCodec.decode(ByteBuffer.wrap(input), "owners");
        });
  }
}
