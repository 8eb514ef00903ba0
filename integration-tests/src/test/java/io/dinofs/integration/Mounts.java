package io.dinofs.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The mounts of this machine. */
final class Mounts {
  private Mounts() {}

  static boolean isMounted(Path directory) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines.anyMatch(line -> line.split(" ", 6)[4].equals(directory.toString()));
    }
  }

  /** As a user unmounts; the exit code of fusermount. */
  static int unmount(Path directory) throws IOException, InterruptedException {
    return fusermount("-u", directory.toString());
  }

  /** Takes the directory out of the tree, whoever uses it, and whether it is mounted or not. */
  static void detach(Path directory) throws IOException, InterruptedException {
    while (isMounted(directory)) {
      if (fusermount("-u", "-q", "-z", directory.toString()) != 0) {
        return;
      }
    }
  }

  private static int fusermount(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "fusermount";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (!process.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("fusermount does not end");
    }
    return process.exitValue();
  }
}
