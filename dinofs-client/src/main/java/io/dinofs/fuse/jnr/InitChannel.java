package io.dinofs.fuse.jnr;

import io.dinofs.fuse.linux.Native;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The channel on which the first request, FUSE_INIT, is answered. It adds to libfuse's answer the
 * abilities of the kernel that libfuse 2 does not know and that need nothing of it.
 */
final class InitChannel {
  /** The kernel applies no umask: the file system does, and knows default ACLs. */
  private static final int DONT_MASK = 1 << 6;

  /** The kernel asks for size and mtime before each read, and drops pages if they are new. */
  private static final int AUTO_INVAL_DATA = 1 << 12;

  /** Look-ups in one directory do not wait for each other. */
  private static final int PARALLEL_DIROPS = 1 << 18;

  private static final int WANTED = DONT_MASK | AUTO_INVAL_DATA | PARALLEL_DIROPS;

  /** There are more flags than 32. */
  private static final int INIT_EXT = 1 << 30;

  /** Of the flags beyond 32: a file that passes the kernel's pages by can be mapped. */
  private static final int DIRECT_IO_ALLOW_MMAP = 1 << (36 - Integer.SIZE);

  private static final int IN_HEADER_BYTES = 40;
  private static final int IN_FLAGS_OFFSET = IN_HEADER_BYTES + 12;
  private static final int IN_MORE_FLAGS_OFFSET = IN_HEADER_BYTES + 16;
  private static final int OUT_HEADER_BYTES = 16;
  private static final int OUT_FLAGS_OFFSET = OUT_HEADER_BYTES + 12;
  private static final int OUT_MORE_FLAGS_OFFSET = OUT_HEADER_BYTES + 32;

  /** {@code struct fuse_init_out} from 7.23 on; libfuse 2 answers the first 24 bytes of it. */
  private static final int LONG_ANSWER_BYTES = OUT_HEADER_BYTES + 64;

  /** More than libfuse 2 answers. */
  private static final int MAX_ANSWER_BYTES = 256;

  private static final int POINTER_BYTES = 8;
  private static final int VECTOR_BYTES = 2 * POINTER_BYTES;

  private final int fd;
  private final ByteBuffer answer = Native.allocate(MAX_ANSWER_BYTES);
  private final ChannelFunctions functions = new ChannelFunctions();
  private final long channel;
  private final AtomicBoolean mapsDirectFiles;

  /** Set before the request is handled, in the thread that handles it. */
  private int offered;

  /** As {@link #offered}: the flags beyond 32. */
  private int moreOffered;

  /**
   * @param mapsDirectFiles gets true if the kernel can map a file that passes its pages by, as it
   *     can from Linux 6.6 on
   * @throws DinofsException IO if libfuse has no memory
   */
  InitChannel(LibFuse fuse, int fd, int bufferBytes, AtomicBoolean mapsDirectFiles)
      throws DinofsException {
    this.fd = fd;
    this.mapsDirectFiles = mapsDirectFiles;
    functions.send.set(this::send);
    channel = fuse.fuse_chan_new(functions.address(), fd, bufferBytes, 0);
    if (channel == 0) {
      throw new DinofsException(ErrorKind.IO, "libfuse could not make a channel");
    }
  }

  /** The channel's address, to hand the request at {@code initRequest} to libfuse with. */
  long channelFor(long initRequest) {
    offered = Native.MEMORY.getInt(initRequest + IN_FLAGS_OFFSET);
    moreOffered =
        (offered & INIT_EXT) == 0 ? 0 : Native.MEMORY.getInt(initRequest + IN_MORE_FLAGS_OFFSET);
    return channel;
  }

  private int send(long sender, long vector, long count) {
    answer.clear();
    for (int i = 0; i < count; i++) {
      long base = Native.MEMORY.getLong(vector + (long) i * VECTOR_BYTES);
      long length = Native.MEMORY.getLong(vector + (long) i * VECTOR_BYTES + POINTER_BYTES);
      byte[] part = new byte[(int) Math.min(length, answer.remaining())];
      Native.MEMORY.getByteArray(base, part, 0, part.length);
      answer.put(part);
    }
    if (answer.position() >= OUT_FLAGS_OFFSET + Integer.BYTES) {
      addAbilities();
    }
    long written = Native.LIBC.write(fd, Native.addressOf(answer), answer.position());
    return written < 0 ? -Native.errno() : 0;
  }

  private void addAbilities() {
    int flags = answer.getInt(OUT_FLAGS_OFFSET) | (offered & WANTED);
    int more = moreOffered & DIRECT_IO_ALLOW_MMAP;
    if (more != 0) {
      flags |= INIT_EXT;
      while (answer.position() < LONG_ANSWER_BYTES) {
        answer.put((byte) 0);
      }
      answer.putInt(OUT_MORE_FLAGS_OFFSET, more);
      answer.putInt(0, LONG_ANSWER_BYTES);
      mapsDirectFiles.set(true);
    }
    answer.putInt(OUT_FLAGS_OFFSET, flags);
  }
}
