package io.dinofs.integration;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a {@link SyncingWriter} says, and whether it is true. Safe for several threads. */
final class SyncedFiles implements AutoCloseable {
  private final Path mount;
  private final Process writer;
  private final Thread listener;

  /** By path in the volume. Guarded by this. */
  private final Map<Path, SyncedContents> synced = new TreeMap<>();

  /** What is being changed. Guarded by this. */
  private final Set<Path> changing = new HashSet<>();

  /** Starts the writer. */
  SyncedFiles(Path mount, List<Path> directories, long seed) throws IOException {
    this.mount = mount;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(SyncingWriter.class.getName(), Long.toString(seed)));
    directories.forEach(directory -> command.add(directory.toString()));
    writer = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    listener = new Thread(this::listen, "synced-files");
    listener.start();
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line.split(" "));
      }
    } catch (IOException e) {
      throw new IllegalStateException("the writer cannot be heard", e);
    }
  }

  private synchronized void note(String[] words) {
    Path file = mount.relativize(Path.of(words[1]));
    if (words[0].equals("-")) {
      synced.remove(file);
      changing.add(file);
    } else {
      changing.remove(file);
      synced.put(file, new SyncedContents(Long.parseLong(words[2]), Integer.parseInt(words[3])));
    }
  }

  /** How many files are synced. */
  synchronized int size() {
    return synced.size();
  }

  /** Whether a change is under way at this moment. */
  synchronized boolean isWriting() {
    return !changing.isEmpty();
  }

  /** Lets the writer end after what it is doing, and waits for it. */
  void finish() throws IOException, InterruptedException {
    writer.getOutputStream().close();
    if (!writer.waitFor(2 * Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("the writer does not end");
    }
    listener.join();
  }

  /** Compares every synced file with what is there; what is wrong with the first that differs. */
  synchronized Optional<String> difference(Path anyMount) {
    for (Map.Entry<Path, SyncedContents> entry : synced.entrySet()) {
      Path file = anyMount.resolve(entry.getKey());
      byte[] expected = entry.getValue().bytes();
      try {
        byte[] actual = Files.readAllBytes(file);
        if (!Arrays.equals(expected, actual)) {
          return Optional.of(
              "%s: %d bytes expected, %d are there, the first difference is at %d"
                  .formatted(
                      file, expected.length, actual.length, Arrays.mismatch(expected, actual)));
        }
      } catch (IOException e) {
        return Optional.of(file + ": " + expected.length + " bytes expected, but " + e);
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    writer.destroyForcibly();
  }
}
