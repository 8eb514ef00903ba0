package io.dinofs.store.disk;

import io.dinofs.model.DinofsException;
import java.nio.file.Path;

/** A process that opens a store and says how that went. */
final class OpenDiskStore {
  private OpenDiskStore() {}

  public static void main(String[] args) {
    try (DiskStore store = DiskStore.open(Path.of(args[0]), Durability.PROCESS_CRASH_ONLY)) {
      System.out.println("opened with " + store.room());
    } catch (DinofsException e) {
      System.out.println(e.kind() + ": " + e.getMessage());
    }
  }
}
