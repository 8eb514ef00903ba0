package io.dinofs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.Children;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Random commits and reads on few records, each compared with what a map says. */
final class RandomCommits {
  private static final int INODES = 3;
  private static final int NAMES = 12;
  private static final long FIRST_INODE = 50;

  private final VersionedStore store;
  private final Volumes.Committer committer;
  private final Random random;
  private final String hint;
  private final TreeMap<RecordKey, VersionedRecord> model = new TreeMap<>();

  RandomCommits(VersionedStore store, Volumes.Committer committer, long seed) {
    this.store = store;
    this.committer = committer;
    this.random = new Random(seed);
    this.hint = "seed " + seed;
  }

  void run(int steps) throws DinofsException {
    for (int step = 0; step < steps; step++) {
      commit();
      if (random.nextInt(4) == 0) {
        readSome();
      }
      if (random.nextInt(8) == 0) {
        listOne(FIRST_INODE + random.nextInt(INODES));
      }
    }
    for (int i = 0; i < INODES; i++) {
      listOne(FIRST_INODE + i);
    }
  }

  private void commit() throws DinofsException {
    Map<RecordKey, Mutation> mutations = new LinkedHashMap<>();
    List<VersionedRecord> stale = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    boolean mistaken = random.nextInt(4) == 0;
    while (mutations.size() < count) {
      RecordKey key = randomKey();
      if (mutations.containsKey(key)) {
        continue;
      }
      VersionedRecord current = current(key);
      Version seen =
          mistaken && random.nextBoolean() ? wrong(current.version()) : current.version();
      if (!seen.equals(current.version())) {
        stale.add(current);
      }
      mutations.put(key, mutation(key, seen));
    }
    Mutation[] array = mutations.values().toArray(Mutation[]::new);
    try {
      CommitResult result = store.commit(committer.of(array));
      assertEquals(List.of(), stale, hint);
      apply(array, Version.of(result.number()));
    } catch (StaleException e) {
      assertEquals(stale, e.current(), hint);
    }
  }

  private Mutation mutation(RecordKey key, Version seen) {
    return switch (random.nextInt(4)) {
      case 0 -> new Mutation.Delete(key, seen);
      case 1 -> new Mutation.Check(key, seen);
      default -> new Mutation.Put(key, seen, randomValue());
    };
  }

  private void apply(Mutation[] mutations, Version version) {
    for (Mutation mutation : mutations) {
      if (mutation instanceof Mutation.Put put) {
        model.put(put.key(), VersionedRecord.present(put.key(), version, put.value()));
      } else if (mutation instanceof Mutation.Delete) {
        model.remove(mutation.key());
      }
    }
  }

  private void readSome() throws DinofsException {
    List<RecordKey> keys = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(5); i++) {
      keys.add(randomKey());
    }
    assertEquals(
        keys.stream().map(this::current).toList(),
        store.get(keys, Children.WITHOUT_ATTRIBUTES).records(),
        hint);
  }

  private void listOne(long inode) throws DinofsException {
    List<VersionedRecord> expected =
        model.values().stream().filter(record -> record.key().inode().value() == inode).toList();
    List<VersionedRecord> listed = new ArrayList<>();
    Bytes after = Bytes.EMPTY;
    Listing page;
    do {
      page =
          store.list(
              new InodeId(inode),
              RecordKind.XATTR,
              after,
              1 + random.nextInt(6),
              Children.WITHOUT_ATTRIBUTES);
      assertTrue(!page.more() || !page.records().isEmpty(), hint);
      listed.addAll(page.records());
      after = listed.isEmpty() ? after : listed.get(listed.size() - 1).key().name();
    } while (page.more());
    assertEquals(expected, listed, hint);
  }

  private VersionedRecord current(RecordKey key) {
    VersionedRecord record = model.get(key);
    return record == null ? VersionedRecord.absent(key) : record;
  }

  private RecordKey randomKey() {
    InodeId inode = new InodeId(FIRST_INODE + random.nextInt(INODES));
    byte[] name = new byte[1 + random.nextInt(2)];
    name[0] = (byte) (250 + random.nextInt(NAMES));
    return RecordKey.xattr(inode, Bytes.wrap(name));
  }

  private Bytes randomValue() {
    byte[] value = new byte[random.nextInt(40)];
    random.nextBytes(value);
    return Bytes.wrap(value);
  }

  private static Version wrong(Version version) {
    return new Version(version.value() == 0 ? 1 : version.value() - 1);
  }
}
