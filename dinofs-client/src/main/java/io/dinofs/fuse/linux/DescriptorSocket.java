package io.dinofs.fuse.linux;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;

/**
 * A pair of connected sockets over which another process sends a descriptor: unix(7), SCM_RIGHTS.
 * For one thread.
 */
public final class DescriptorSocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  private static final int MSGHDR_BYTES = 56;
  private static final int CMSG_DATA = 16;
  private static final int CMSG_SPACE = 24;
  private static final int CLOSED = -1;

  private final int ownEnd;
  private int childEnd;

  private DescriptorSocket(int ownEnd, int childEnd) {
    this.ownEnd = ownEnd;
    this.childEnd = childEnd;
  }

  /**
   * @throws DinofsException IO
   */
  public static DescriptorSocket open() throws DinofsException {
    ByteBuffer ends = Native.allocate(2 * Integer.BYTES);
    if (Native.LIBC.socketpair(AF_UNIX, SOCK_STREAM, 0, Native.addressOf(ends)) != 0) {
      throw new DinofsException(ErrorKind.IO, "socketpair: errno " + Native.errno());
    }
    return new DescriptorSocket(ends.getInt(0), ends.getInt(Integer.BYTES));
  }

  /** The descriptor that the other process inherits. */
  public int childEnd() {
    return childEnd;
  }

  /** To be called when the other process has it, so that its end can be seen. */
  public void closeChildEnd() {
    if (childEnd != CLOSED) {
      Native.LIBC.close(childEnd);
      childEnd = CLOSED;
    }
  }

  /** Waits for a descriptor; negative if the other process ends without having sent one. */
  public int receive() {
    ByteBuffer data = Native.allocate(1);
    ByteBuffer vector = Native.allocate(2 * Long.BYTES);
    vector.putLong(0, Native.addressOf(data)).putLong(Long.BYTES, data.capacity());
    ByteBuffer control = Native.allocate(CMSG_SPACE);
    ByteBuffer header = Native.allocate(MSGHDR_BYTES);
    header.putLong(16, Native.addressOf(vector)).putLong(24, 1);
    header.putLong(32, Native.addressOf(control)).putLong(40, control.capacity());
    long received = Native.LIBC.recvmsg(ownEnd, Native.addressOf(header), MSG_CMSG_CLOEXEC);
    boolean hasDescriptor =
        received > 0
            && header.getLong(40) >= CMSG_DATA + Integer.BYTES
            && control.getInt(8) == SOL_SOCKET
            && control.getInt(12) == SCM_RIGHTS;
    return hasDescriptor ? control.getInt(CMSG_DATA) : -1;
  }

  @Override
  public void close() {
    closeChildEnd();
    Native.LIBC.close(ownEnd);
  }
}
