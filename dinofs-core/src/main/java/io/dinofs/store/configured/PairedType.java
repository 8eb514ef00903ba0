package io.dinofs.store.configured;

import io.dinofs.config.Section;
import io.dinofs.model.DinofsException;
import io.dinofs.store.Store;
import io.dinofs.store.paired.JournalPendingSet;
import io.dinofs.store.paired.PairedOptions;
import io.dinofs.store.paired.PairedStore;
import io.dinofs.store.paired.PendingSet;
import java.nio.file.Path;
import java.util.Map;

/** A fast store, from which another one is filled in the background. */
public final class PairedType implements StoreType {
  private static final String FAST = "fast";
  private static final String SLOW = "slow";
  private static final String PENDING = "pending";

  @Override
  public String name() {
    return "paired";
  }

  @Override
  public Map<String, String> keys() {
    return Map.of(
        FAST, "a store; what is put is there at once",
        SLOW, "a store that gets it in the background",
        PENDING, "a file for what the slow store has not got yet");
  }

  @Override
  public Definition read(Section section, StoreTypes types) throws DinofsException {
    Definition fast = types.read(section.section(FAST));
    Definition slow = types.read(section.section(SLOW));
    Path pending = Path.of(section.text(PENDING));
    return () -> open(fast, slow, pending);
  }

  private static Store open(Definition fast, Definition slow, Path pending) throws DinofsException {
    Store first = fast.open();
    try {
      Store second = slow.open();
      try {
        PendingSet set = JournalPendingSet.open(pending);
        return new PairedStore(first, second, set, PairedOptions.DEFAULT);
      } catch (DinofsException e) {
        second.close();
        throw e;
      }
    } catch (DinofsException e) {
      first.close();
      throw e;
    }
  }
}
