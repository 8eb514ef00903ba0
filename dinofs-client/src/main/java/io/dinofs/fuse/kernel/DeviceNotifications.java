package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.nio.ByteBuffer;

/**
 * Writes notifications to the device: {@code struct fuse_out_header} with the number 0 and a code
 * in the place of an errno, then the message.
 */
final class DeviceNotifications implements KernelNotifications {
  // enum fuse_notify_code.
  private static final int INVALIDATE_INODE = 2;
  private static final int INVALIDATE_ENTRY = 3;
  private static final int DELETE_ENTRY = 6;
  private static final int INCREASE_EPOCH = 8;

  /** The longest: a name, with the NUL behind it. */
  private static final int MAX_BYTES = Reply.HEADER_BYTES + 24 + Name.MAX_BYTES + 1;

  private final Device device;
  private final ThreadLocal<NativeBuffer> messages =
      ThreadLocal.withInitial(() -> NativeBuffer.allocate(MAX_BYTES, 0));

  DeviceNotifications(Device device) {
    this.device = device;
  }

  @Override
  public int invalidateInode(InodeId inode, long offset, long length) {
    ByteBuffer message = begin();
    message.putLong(inode.value()).putLong(offset).putLong(length);
    return send(INVALIDATE_INODE);
  }

  @Override
  public int invalidateEntry(InodeId parent, Name name) {
    ByteBuffer message = begin();
    message.putLong(parent.value()).putInt(name.bytes().length()).putInt(0);
    putName(message, name);
    return send(INVALIDATE_ENTRY);
  }

  @Override
  public int deleteEntry(InodeId parent, InodeId child, Name name) {
    ByteBuffer message = begin();
    message.putLong(parent.value()).putLong(child.value());
    message.putInt(name.bytes().length()).putInt(0);
    putName(message, name);
    return send(DELETE_ENTRY);
  }

  @Override
  public int increaseEpoch() {
    if (Protocol.newestMinor() < Protocol.EPOCH_MINOR) {
      return Errno.ENOSYS;
    }
    begin();
    int errno = send(INCREASE_EPOCH);
    return errno == Errno.EINVAL ? Errno.ENOSYS : errno; // so older kernels refuse any other code
  }

  private ByteBuffer begin() {
    return messages.get().bytes().clear().position(Reply.HEADER_BYTES);
  }

  private static void putName(ByteBuffer message, Name name) {
    name.bytes().writeTo(message);
    message.put((byte) 0);
  }

  private int send(int code) {
    NativeBuffer message = messages.get();
    int length = message.bytes().position();
    message.bytes().putInt(0, length).putInt(Integer.BYTES, code).putLong(2 * Integer.BYTES, 0);
    return device.write(message, length);
  }
}
