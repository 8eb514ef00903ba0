package io.dinofs.store.paired;

import io.dinofs.model.Bytes;
import io.dinofs.store.ControlledStore;
import io.dinofs.store.Key;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryStore;
import java.nio.file.Path;

/**
 * A process that puts values while the slow store is away, says which puts have returned, and never
 * ends by itself.
 */
final class PutAndDie {
  private PutAndDie() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    ControlledStore away = new ControlledStore(new MemoryStore());
    away.failNextPuts(Integer.MAX_VALUE);
    PairedFileStore store =
        new PairedFileStore(
            DiskStore.open(directory.resolve("cache"), Durability.PROCESS_CRASH_ONLY),
            away,
            JournalPendingSet.open(directory.resolve("pending")),
            PairedOptions.DEFAULT);
    for (int i = 0; ; i++) {
      store.put(Key.of("key-" + i), Bytes.utf8("value-" + i));
      System.out.println(i);
      System.out.flush();
    }
  }
}
