package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.fuse.Errno;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Messages, laid out by the offsets of {@code include/uapi/linux/fuse.h}. */
final class DeviceNotificationsTest {
  private static final InodeId PARENT = new InodeId(0x1122334455667788L);
  private static final InodeId CHILD = new InodeId(99);

  private final FakeDevice device = new FakeDevice();
  private final KernelNotifications notifications = new DeviceNotifications(device);

  private ByteBuffer sent(int code, int bytes) {
    AnswerBytes message = device.takeAnswers().get(0);
    assertEquals(-code, message.errno());
    assertEquals(0, message.unique());
    assertEquals(16 + bytes, message.bytes().remaining());
    return message.bytes();
  }

  private static String text(ByteBuffer message, int at, int length) {
    byte[] bytes = new byte[length];
    message.get(at, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void anInodeIsNamedWithARange() {
    assertEquals(Errno.OK, notifications.invalidateInode(PARENT, -1, 7));
    ByteBuffer message = sent(2, 24);
    assertEquals(PARENT.value(), message.getLong(16));
    assertEquals(-1, message.getLong(24));
    assertEquals(7, message.getLong(32));
  }

  @Test
  void anEntryIsNamedWithANulBehindIt() {
    notifications.invalidateEntry(PARENT, Name.of("name"));
    ByteBuffer message = sent(3, 16 + 5);
    assertEquals(PARENT.value(), message.getLong(16));
    assertEquals(4, message.getInt(24));
    assertEquals(0, message.getInt(28));
    assertEquals("name\0", text(message, 32, 5));
  }

  @Test
  void aRemovedEntryIsNamedWithItsInode() {
    notifications.deleteEntry(PARENT, CHILD, Name.of("name"));
    ByteBuffer message = sent(6, 24 + 5);
    assertEquals(PARENT.value(), message.getLong(16));
    assertEquals(CHILD.value(), message.getLong(24));
    assertEquals(4, message.getInt(32));
    assertEquals("name\0", text(message, 40, 5));
  }

  @Test
  void theEpochIsAMessageWithoutABody() {
    notifications.increaseEpoch();
    sent(8, 0);
  }

  @Test
  void whatTheKernelSaysIsPassedOn() {
    device.refuse(Errno.ENOENT);
    assertEquals(Errno.ENOENT, notifications.invalidateInode(CHILD, 0, 0));
    device.refuse(Errno.EINVAL);
    assertEquals(Errno.ENOSYS, notifications.increaseEpoch());
  }
}
