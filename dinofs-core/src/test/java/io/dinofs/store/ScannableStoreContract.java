package io.dinofs.store;

import static io.dinofs.store.Volumes.put;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Mutation;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What {@link ScannableStore} promises, beside what every versioned store does. */
public abstract class ScannableStoreContract extends VersionedStoreContract {
  private static final int MANY = 3 * VolumeScan.MAX_PAGE_RECORDS / 2;

  private ScannableStore scannable() {
    return (ScannableStore) store;
  }

  @Test
  void aScanTellsTheRecordsOfANewVolumeInTheOrderOfTheirKeys() throws Exception {
    List<VersionedRecord> expected =
        VolumeFormat.initialRecords(0, 0, Volumes.SOME_TIME).stream()
            .sorted(Comparator.comparing(record -> record.key().encode()))
            .toList();
    try (VolumeScan scan = scannable().scan()) {
      assertEquals(VolumeFormat.FIRST_COMMIT, scan.at());
      assertEquals(
          expected.stream().map(VersionedRecord::key).toList(),
          rest(scan).stream().map(VersionedRecord::key).toList());
    }
  }

  @Test
  void aScanTellsEveryRecordOnce() throws Exception {
    putMany(20);
    try (VolumeScan scan = scannable().scan()) {
      List<Bytes> keys = new ArrayList<>();
      for (VersionedRecord record : rest(scan)) {
        assertTrue(record.isPresent());
        keys.add(record.key().encode());
      }
      assertEquals(keys.stream().distinct().sorted().toList(), keys);
      assertEquals(MANY + VolumeFormat.initialRecords(0, 0, Volumes.SOME_TIME).size(), keys.size());
    }
  }

  @Test
  void behindItsEndAScanTellsNothing() throws Exception {
    try (VolumeScan scan = scannable().scan()) {
      assertTrue(!rest(scan).isEmpty());
      assertEquals(List.of(), scan.next());
      assertEquals(List.of(), scan.next());
    }
  }

  @Test
  void aScanShowsNoCommitThatIsLaterThanItsBeginning() throws Exception {
    putMany(20);
    TreeMap<RecordKey, VersionedRecord> before = new TreeMap<>();
    CommitNumber at;
    try (VolumeScan scan = scannable().scan()) {
      rest(scan).forEach(record -> before.put(record.key(), record));
      at = scan.at();
    }
    assertEquals(store.statistics().newest(), at);
    Random random = new Random(7);
    List<RecordKey> keys = new ArrayList<>(before.keySet());
    keys.removeIf(key -> key.kind() != RecordKind.XATTR);
    try (VolumeScan scan = scannable().scan()) {
      TreeMap<RecordKey, VersionedRecord> seen = new TreeMap<>();
      for (List<VersionedRecord> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        page.forEach(record -> seen.put(record.key(), record));
        for (int i = 0; i < 20 && !keys.isEmpty(); i++) {
          RecordKey key = keys.remove(random.nextInt(keys.size()));
          Version version = before.get(key).version();
          Mutation change =
              random.nextBoolean() ? put(key, version, "new") : Volumes.delete(key, version);
          Mutation addition = putNew(xattr(5 + i, "later" + random.nextLong()), "new");
          commitWhenPossible(change, addition);
        }
      }
      assertEquals(at, scan.at());
      assertEquals(before, seen);
    }
  }

  @Test
  void aScanThatIsClosedEarlyLetsOthersBegin() throws Exception {
    putMany(2);
    for (int i = 0; i < 50; i++) {
      VolumeScan scan = scannable().scan();
      assertTrue(!scan.next().isEmpty());
      scan.close();
      scan.close();
    }
  }

  private void putMany(int bytes) throws DinofsException {
    Bytes value = Bytes.wrap(new byte[bytes]);
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      mutations.add(putNew(xattr(10 + i % 97, "x" + i), value));
      if (mutations.size() == 64 || i == MANY - 1) {
        commitWhenPossible(mutations.toArray(Mutation[]::new));
        mutations.clear();
      }
    }
  }

  private void commitWhenPossible(Mutation... mutations) {
    await().pollDelay(Duration.ZERO).until(() -> isCommitted(mutations));
  }

  /** False if the store is busy with what was committed before. */
  private boolean isCommitted(Mutation... mutations) throws DinofsException {
    try {
      commit(mutations);
      return true;
    } catch (DinofsException e) {
      if (e.kind() != ErrorKind.NO_SPACE) {
        throw e;
      }
      return false;
    }
  }

  private static List<VersionedRecord> rest(VolumeScan scan) throws DinofsException {
    List<VersionedRecord> records = new ArrayList<>();
    for (List<VersionedRecord> page = scan.next(); !page.isEmpty(); page = scan.next()) {
      assertTrue(page.size() <= VolumeScan.MAX_PAGE_RECORDS);
      records.addAll(page);
    }
    return records;
  }
}
