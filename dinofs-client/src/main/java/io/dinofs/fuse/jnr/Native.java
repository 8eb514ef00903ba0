package io.dinofs.fuse.jnr;

import com.kenai.jffi.MemoryIO;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** The native libraries, and access to memory by address. */
final class Native {
  static final LibC LIBC = LibraryLoader.create(LibC.class).failImmediately().load("c");
  static final MemoryIO MEMORY = MemoryIO.getInstance();
  static final Runtime RUNTIME = Runtime.getSystemRuntime();

  /** Path names in bytes are of this encoding in Java. */
  private static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding"));

  private Native() {}

  /**
   * @throws DinofsException NOT_SUPPORTED if libfuse 2 is not installed
   */
  static LibFuse loadLibFuse() throws DinofsException {
    try {
      return LibraryLoader.create(LibFuse.class).failImmediately().load("libfuse.so.2");
    } catch (LinkageError e) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED, "libfuse.so.2 is missing; install the package libfuse2", e);
    }
  }

  /** The errno of this thread's last call. */
  static int errno() {
    return RUNTIME.getLastError();
  }

  /** A zeroed direct buffer in the machine's byte order. */
  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** The address of the buffer's first byte; valid while the buffer is reachable. */
  static long addressOf(ByteBuffer buffer) {
    return MEMORY.getDirectBufferAddress(buffer);
  }

  /** The path in bytes with a NUL behind it. */
  static byte[] cString(Path path) {
    return cString(path.toString());
  }

  static byte[] cString(String text) {
    byte[] bytes = text.getBytes(PATHS);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }
}
