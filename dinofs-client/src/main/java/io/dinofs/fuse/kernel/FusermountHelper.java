package io.dinofs.fuse.kernel;

import io.dinofs.fuse.linux.CStrings;
import io.dinofs.fuse.linux.DescriptorSocket;
import io.dinofs.fuse.linux.Native;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Mounts with the help of fusermount3(1), which is setuid root. It is told by an environment
 * variable over which socket to send the descriptor of /dev/fuse that it has mounted.
 */
final class FusermountHelper {
  private static final String PROGRAM = "fusermount3";
  private static final String SOCKET_VARIABLE = "_FUSE_COMMFD";

  private FusermountHelper() {}

  /**
   * @param options in the form of mount(8)'s {@code -o}
   * @return the descriptor
   * @throws DinofsException NOT_SUPPORTED if there is no fusermount3; NOT_PERMITTED if it refuses,
   *     and has written why to stderr; IO
   */
  static int mount(Path directory, String options) throws DinofsException {
    try (DescriptorSocket socket = DescriptorSocket.open()) {
      int process = spawn(directory, options, socket.childEnd());
      socket.closeChildEnd();
      int descriptor = socket.receive();
      ByteBuffer status = Native.allocate(Integer.BYTES);
      Native.LIBC.waitpid(process, Native.addressOf(status), 0);
      if (descriptor < 0) {
        throw new DinofsException(
            ErrorKind.NOT_PERMITTED,
            "cannot mount on " + directory + ": " + PROGRAM + " refused, see the line above");
      }
      return descriptor;
    }
  }

  /** Not by ProcessBuilder, which closes all descriptors in the new process. */
  private static int spawn(Path directory, String options, int socket) throws DinofsException {
    List<String> environment = new ArrayList<>();
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      if (!variable.getKey().equals(SOCKET_VARIABLE)) {
        environment.add(variable.getKey() + "=" + variable.getValue());
      }
    }
    environment.add(SOCKET_VARIABLE + "=" + socket);
    CStrings variables = new CStrings(environment);
    CStrings arguments = new CStrings(List.of(PROGRAM, "-o", options, "--", directory.toString()));
    ByteBuffer process = Native.allocate(Integer.BYTES);
    int errno =
        Native.LIBC.posix_spawnp(
            Native.addressOf(process),
            Native.cString(PROGRAM),
            0,
            0,
            arguments.address(),
            variables.address());
    if (errno != 0) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED, "cannot run " + PROGRAM + ": errno " + errno);
    }
    return process.getInt(0);
  }
}
