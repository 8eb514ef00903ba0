package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that waits for a server which is away is ended by a signal. */
@OnEachFrontend
final class InterruptionIT {
  /** Longer than any test waits, so it is the signal that ends a program. */
  private static final String TIMEOUT_SECONDS = "600";

  private static final int MORE_THAN_A_RECORD_HOLDS = 100_000;

  @RegisterExtension
  static final Cluster CLUSTER =
      new Cluster("a", "b").withNodeOptions("--timeout", TIMEOUT_SECONDS);

  private final Node a = CLUSTER.node("a");
  private final Node b = CLUSTER.node("b");

  @ParameterizedTest
  @ValueSource(ints = {Posix.SIGINT, Posix.SIGTERM, Posix.SIGKILL})
  void aProgramThatWaitsForTheMetadataServerIsEndedByASignal(int signal) throws Exception {
    String name = "directory-" + signal;
    CLUSTER.metadataServer().program().kill();
    try {
      endWhileItWaits(signal, "mkdir", a.path(name).toString());
    } finally {
      CLUSTER.metadataServer().start();
    }
    Files.createDirectory(a.path(name + "-later"));
    assertTrue(Files.isDirectory(b.path(name + "-later")));
  }

  @ParameterizedTest
  @ValueSource(ints = {Posix.SIGINT, Posix.SIGTERM, Posix.SIGKILL})
  void aProgramThatWaitsForTheBlobServerIsEndedByASignal(int signal) throws Exception {
    String name = "file-" + signal;
    byte[] contents = new byte[MORE_THAN_A_RECORD_HOLDS];
    contents[0] = (byte) signal; // or the other node would have the blob already
    Files.write(a.path(name), contents);
    long fd = Posix.must(Posix.open(a.file(name), Posix.O_RDONLY));
    Posix.must(Posix.fsync(fd));
    Posix.must(Posix.close(fd));
    assertEquals(contents.length, Files.size(b.path(name)));
    CLUSTER.blobServer().program().signal(Posix.SIGSTOP); // one that is gone would be an error soon
    try {
      endWhileItWaits(signal, "cat", b.path(name).toString());
    } finally {
      CLUSTER.blobServer().program().signal(Posix.SIGCONT);
    }
    assertEquals(contents.length, Files.readAllBytes(b.path(name)).length);
  }

  private static void endWhileItWaits(int signal, String... command) throws Exception {
    Process program = start(command);
    try {
      awaitWaiting(program.pid(), command[0]);
      Posix.kill(program.pid(), signal);
      assertTrue(program.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS));
      assertNotEquals(0, program.exitValue());
    } finally {
      program.destroyForcibly();
    }
  }

  /** With the signals as they are by default: this process may have been started without SIGINT. */
  private static Process start(String... command) throws IOException {
    String[] all = new String[command.length + 2];
    all[0] = "env";
    all[1] = "--default-signal=INT";
    System.arraycopy(command, 0, all, 2, command.length);
    return new ProcessBuilder(all)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Until the program sleeps in a system call that FUSE has to answer. */
  private static void awaitWaiting(long pid, String name) {
    Path process = Path.of("/proc/" + pid);
    await(name + " to wait")
        .atMost(Program.PATIENCE)
        .until(
            () ->
                Files.readString(process.resolve("comm")).equals(name + "\n")
                    && Files.readString(process.resolve("wchan"))
                        .matches(".*(request_wait|folio|page).*"));
  }
}
