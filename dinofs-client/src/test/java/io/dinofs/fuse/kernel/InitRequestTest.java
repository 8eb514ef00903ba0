package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.fuse.Errno;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InitRequestTest {
  private FakeKernel kernel;

  @BeforeEach
  void connect(@TempDir Path directory) throws DinofsException {
    kernel = new FakeKernel(directory);
  }

  @AfterEach
  void disconnect() throws DinofsException {
    kernel.close();
  }

  private RequestBytes init(int major, int minor, int bytes) {
    return kernel
        .request(Opcode.INIT, new InodeId(0))
        .fixed(bytes)
        .setInt(0, major)
        .setInt(4, minor)
        .setInt(8, 131072);
  }

  @Test
  void theAnswerIsLaidOutAsTheKernelHasIt() throws Exception {
    ByteBuffer body = kernel.init().body();
    assertEquals(64, body.capacity());
    assertEquals(7, body.getInt(0));
    assertEquals(45, body.getInt(4));
    assertEquals(131072, body.getInt(8)); // max_readahead
    assertEquals(64, body.getShort(16)); // max_background
    assertEquals(1 << 20, body.getInt(20)); // max_write
    assertEquals(1, body.getInt(24)); // time_gran
    assertEquals(256, body.getShort(28)); // max_pages
    Protocol protocol = kernel.connection.init().await(Duration.ofSeconds(1));
    assertEquals((int) protocol.flags(), body.getInt(12));
    assertEquals((int) (protocol.flags() >>> 32), body.getInt(32));
    assertTrue(protocol.has(Protocol.DIRECT_IO_ALLOW_MMAP));
  }

  @Test
  void onlyWhatAnOlderKernelOffersIsAskedOfIt() throws Exception {
    long offered = Protocol.ASYNC_READ | Protocol.MAX_PAGES | Protocol.PARALLEL_DIROPS;
    ByteBuffer body = kernel.answer(init(7, 31, 16).setInt(12, (int) offered)).body();
    assertEquals(31, body.getInt(4));
    assertEquals((int) offered, body.getInt(12));
    assertEquals(0, body.getInt(32));
    assertEquals(new Protocol(31, offered), kernel.connection.init().await(Duration.ofSeconds(1)));
  }

  @Test
  void aNewKernelIsTreatedAsAnOlderOneIfThatIsAskedFor() throws Exception {
    System.setProperty(Protocol.LIMIT, "31");
    try {
      ByteBuffer body = kernel.answer(init(7, 45, 64).setInt(12, -1).setInt(16, -1)).body();
      assertEquals(31, body.getInt(4));
      assertEquals(0, body.getInt(32));
      Protocol protocol = kernel.connection.init().await(Duration.ofSeconds(1));
      assertFalse(protocol.has(Protocol.HANDLE_KILLPRIV_V2));
      assertFalse(protocol.has(Protocol.SETXATTR_EXT));
      assertTrue(protocol.has(Protocol.PARALLEL_DIROPS));
      KernelNotifications notifications = new DeviceNotifications(new FakeDevice());
      assertEquals(Errno.ENOSYS, notifications.increaseEpoch());
    } finally {
      System.clearProperty(Protocol.LIMIT);
    }
  }

  @Test
  void aKernelThatIsTooOldIsToldSo() {
    assertTrue(kernel.answer(init(7, 30, 16)).errno() != 0);
    DinofsException e =
        assertThrows(
            DinofsException.class, () -> kernel.connection.init().await(Duration.ofSeconds(1)));
    assertEquals(ErrorKind.NOT_SUPPORTED, e.kind());
    assertTrue(e.getMessage().contains("7.30"), e::getMessage);
  }

  @Test
  void aNewerMajorVersionIsAnsweredWithOursAndAskedAgain() throws Exception {
    ByteBuffer body = kernel.answer(init(8, 1, 64)).body();
    assertEquals(7, body.getInt(0));
    kernel.init().body();
    assertEquals(45, kernel.connection.init().await(Duration.ofSeconds(1)).minor());
  }
}
