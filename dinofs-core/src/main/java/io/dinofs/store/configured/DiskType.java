package io.dinofs.store.configured;

import io.dinofs.config.Section;
import io.dinofs.model.DinofsException;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import java.nio.file.Path;
import java.util.Map;

/** Files in a directory; a put is on the device when it returns. */
public final class DiskType implements StoreType {
  private static final String DIR = "dir";

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public Map<String, String> keys() {
    return Map.of(DIR, "the directory, which is made if it does not exist");
  }

  @Override
  public Definition read(Section section, StoreTypes types) throws DinofsException {
    Path directory = Path.of(section.text(DIR));
    return () -> DiskStore.open(directory, Durability.SYNCED);
  }
}
