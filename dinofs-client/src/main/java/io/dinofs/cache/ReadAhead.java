package io.dinofs.cache;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides when to read a directory as a whole. A page of a thousand entries with their attributes
 * costs the server and the network as much as some ten single questions, so a directory is read
 * when that many questions in proportion to its size have been asked already: at worst the work
 * doubles.
 */
final class ReadAhead {
  private static final int MIN_MISSES = 4;
  private static final int ENTRIES_PER_MISS = 100;

  /** Beyond that, the one call that has to wait for it would wait too long. */
  private static final int MAX_ENTRIES = 20_000;

  /** What an entry takes in a cached directory, with a name of ordinary length. */
  private static final int TYPICAL_ENTRY_BYTES = 150;

  /** What the attributes of its child take. */
  private static final int TYPICAL_ATTRIBUTES_BYTES = 300;

  private ReadAhead() {}

  /** Counts the misses, and names a directory which had so many that it is to be read. */
  static Optional<DirectoryId> afterMisses(RecordTable table, List<RecordKey> missing)
      throws DinofsException {
    for (RecordKey key : missing) {
      if (key.kind() == RecordKind.ENTRY) {
        CachedDirectory directory = table.directoryToFill(key.inode(), key.kind());
        int misses = directory.countMiss();
        if (misses >= MIN_MISSES && pays(table, directory, misses)) {
          return Optional.of(new DirectoryId(key.inode(), key.kind()));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean pays(RecordTable table, CachedDirectory directory, int misses)
      throws DinofsException {
    OptionalLong entries = entries(table, directory);
    return entries.isPresent()
        && entries.getAsLong() <= Math.min(MAX_ENTRIES, (long) misses * ENTRIES_PER_MISS)
        && !table.isTooLarge(
            entries.getAsLong() * (TYPICAL_ENTRY_BYTES + TYPICAL_ATTRIBUTES_BYTES));
  }

  /** Whether a directory is too large to be kept, as far as that can be known before it is read. */
  static boolean isTooLarge(RecordTable table, CachedDirectory directory) throws DinofsException {
    OptionalLong entries = entries(table, directory);
    long bytes = entries.orElse(0) * TYPICAL_ENTRY_BYTES;
    boolean maybeSmallerNow = entries.isPresent() && !table.isTooLarge(2 * bytes);
    return table.isTooLarge(bytes) || (directory.wasTooLarge() && !maybeSmallerNow);
  }

  private static OptionalLong entries(RecordTable table, CachedDirectory directory)
      throws DinofsException {
    RecordState attributes = table.find(RecordKey.attributes(directory.inode()));
    if (directory.kind() != RecordKind.ENTRY || attributes == null || !attributes.isPresent()) {
      return OptionalLong.empty();
    }
    Attributes decoded = AttributesCodec.decode(attributes.value());
    return OptionalLong.of(decoded.entries());
  }
}
