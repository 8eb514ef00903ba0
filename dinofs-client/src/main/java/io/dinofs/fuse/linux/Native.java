package io.dinofs.fuse.linux;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** The C library, and access to memory by address. */
public final class Native {
  public static final LibC LIBC = LibraryLoader.create(LibC.class).failImmediately().load("c");
  public static final MemoryIO MEMORY = MemoryIO.getInstance();
  public static final Runtime RUNTIME = Runtime.getSystemRuntime();

  /** Path names in bytes are of this encoding in Java. */
  private static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding"));

  private Native() {}

  /** The errno of this thread's last call. */
  public static int errno() {
    return RUNTIME.getLastError();
  }

  /** A zeroed direct buffer in the machine's byte order. */
  public static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** The address of the buffer's first byte; valid while the buffer is reachable. */
  public static long addressOf(ByteBuffer buffer) {
    return MEMORY.getDirectBufferAddress(buffer);
  }

  /** The path in bytes with a NUL behind it. */
  public static byte[] cString(Path path) {
    return cString(path.toString());
  }

  public static byte[] cString(String text) {
    byte[] bytes = text.getBytes(PATHS);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }
}
