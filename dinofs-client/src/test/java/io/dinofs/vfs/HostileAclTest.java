package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.Bytes;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Access control lists that nobody wrote. */
final class HostileAclTest {
  private static final int[][] ENTRIES = {
    {0x01, 7, -1}, {0x02, 5, 1000}, {0x04, 5, -1}, {0x08, 4, 1001}, {0x10, 7, -1}, {0x20, 0, -1}
  };

  private static byte[] list() {
    ByteBuffer out = ByteBuffer.allocate(4 + 8 * ENTRIES.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(2);
    for (int[] entry : ENTRIES) {
      out.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
    }
    return out.array();
  }

  @Test
  void aListIsReadOrRefused() {
    Fuzz.feed(
        Set.of(ErrorKind.INVALID),
        List.of(list()),
        input -> {
          Bytes written = Acl.decode(Bytes.wrap(input)).encode();
          assertEquals(written, Acl.decode(written).encode());
        });
  }
}
