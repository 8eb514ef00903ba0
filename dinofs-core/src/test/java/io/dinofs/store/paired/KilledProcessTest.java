package io.dinofs.store.paired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.store.ControlledStore;
import io.dinofs.store.Key;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KilledProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path directory;

  @Test
  void everyPutThatReturnedBeforeTheProcessWasKilledIsPropagatedByTheNext() throws Exception {
    int returned = putUntilKilled(200);
    MemoryStore server = new MemoryStore();
    try (PairedFileStore store =
        new PairedFileStore(
            DiskStore.open(directory.resolve("cache"), Durability.PROCESS_CRASH_ONLY),
            new ControlledStore(server),
            JournalPendingSet.open(directory.resolve("pending")),
            PairedOptions.DEFAULT)) {
      List<Key> keys =
          IntStream.rangeClosed(0, returned).mapToObj(i -> Key.of("key-" + i)).toList();
      store.awaitPropagated(keys, LIMIT);
      for (int i = 0; i <= returned; i++) {
        assertEquals(Optional.of(Bytes.utf8("value-" + i)), server.get(Key.of("key-" + i)));
      }
    }
  }

  /** The number of the last put that has returned. */
  private int putUntilKilled(int atLeast) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PutAndDie.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int last = -1;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.matches("[0-9]+")) {
          last = Integer.parseInt(line);
        }
        if (last == atLeast) {
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
    assertTrue(last >= atLeast, "the process died at " + last);
    return last;
  }
}
