package io.dinofs.integration;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that holds an exclusive lock of fcntl(2) on a whole file, until it is ended. */
final class LockHolder implements AutoCloseable {
  private final Process process;

  private LockHolder(Process process) {
    this.process = process;
  }

  /** Starts one, and returns when it holds the lock. */
  static LockHolder of(Path file) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        Path.of(LockHolder.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .toString());
    command.addAll(List.of(LockHolder.class.getName(), file.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    if (process.getInputStream().read() < 0) {
      throw new IOException("the process ended without the lock");
    }
    return new LockHolder(process);
  }

  /** What the process does. */
  public static void main(String[] arguments) throws IOException {
    try (FileChannel file =
            FileChannel.open(
                Path.of(arguments[0]), StandardOpenOption.READ, StandardOpenOption.WRITE);
        var lock = file.lock()) {
      System.out.write('1');
      System.out.flush();
      while (System.in.read() >= 0 && lock.isValid()) {
        // Until the parent is gone.
      }
    }
  }

  long pid() {
    return process.pid();
  }

  /** Ends it between any two instructions: kill -9. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
