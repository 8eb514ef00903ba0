package io.dinofs.backup;

import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full backup and updates are the volume as of the last of them, or are refused. */
final class BackupChainTest {
  private static final int UPDATES = 5;
  private static final int CHANGES = 40;
  private static final long SEED = Long.getLong("dinofs.seed", System.nanoTime());

  @TempDir private Path directory;

  private final VolumeId volume = VolumeId.random();
  private final TreeMap<RecordKey, VersionedRecord> records = new TreeMap<>();
  private final List<Path> files = new ArrayList<>();
  private long commit = 1;

  private void put(RecordKey key, String value) {
    commit++;
    records.put(key, VersionedRecord.present(key, new Version(commit), Bytes.utf8(value + commit)));
  }

  private void remove(RecordKey key) {
    commit++;
    records.remove(key);
  }

  private Path writeFull(String name, VolumeId of) throws IOException {
    Path file = directory.resolve(name);
    try (BackupWriter writer = BackupWriter.full(file, of, new CommitNumber(commit))) {
      for (VersionedRecord record : records.values()) {
        writer.write(record);
      }
      writer.finish();
    }
    return file;
  }

  private Path writeUpdate(String name, List<Path> since) throws IOException {
    Path file = directory.resolve(name);
    try (BackupChain before = BackupChain.open(since);
        BackupUpdate update = new BackupUpdate(file, before, volume, new CommitNumber(commit))) {
      for (VersionedRecord record : records.values()) {
        update.next(record);
      }
      update.finish();
    }
    return file;
  }

  /** A full backup at 2 and three updates, each with one more record. */
  private void writeSome() throws IOException {
    put(xattr(10, "a"), "full");
    files.add(writeFull("full", volume));
    for (int i = 1; i <= 3; i++) {
      put(xattr(10 + i, "b"), "update " + i);
      files.add(writeUpdate("update" + i, files));
    }
  }

  private static List<VersionedRecord> read(List<Path> files) throws IOException {
    List<VersionedRecord> read = new ArrayList<>();
    try (BackupChain chain = BackupChain.open(files)) {
      for (var next = chain.next(); next.isPresent(); next = chain.next()) {
        read.add(next.get());
      }
      assertEquals(Optional.empty(), chain.next());
    }
    return read;
  }

  @Test
  void everyStateComesBackFromTheUpdatesUpToIt() throws Exception {
    Random random = new Random(SEED);
    List<List<VersionedRecord>> states = new ArrayList<>();
    for (int update = 0; update <= UPDATES; update++) {
      for (int i = 0; i < CHANGES; i++) {
        RecordKey key = xattr(random.nextInt(10), "x" + random.nextInt(5));
        if (random.nextInt(3) == 0) {
          remove(key);
        } else {
          put(key, "value");
        }
      }
      files.add(update == 0 ? writeFull("full", volume) : writeUpdate("update" + update, files));
      states.add(List.copyOf(records.values()));
    }
    for (int i = 0; i <= UPDATES; i++) {
      assertEquals(states.get(i), read(files.subList(0, i + 1)), "seed " + SEED);
    }
  }

  @Test
  void anUpdateHasOnlyWhatChanged() throws Exception {
    for (int i = 0; i < 1000; i++) {
      put(xattr(10, "x" + i), "value");
    }
    files.add(writeFull("full", volume));
    put(xattr(10, "x7"), "value");
    remove(xattr(10, "x8"));
    files.add(writeUpdate("update", files));
    files.add(writeUpdate("nothing new", files));
    assertTrue(Files.size(files.get(1)) < 250);
    assertTrue(Files.size(files.get(2)) < 250);
    assertEquals(List.copyOf(records.values()), read(files));
  }

  @Test
  void aGapIsRefused() throws Exception {
    writeSome();
    refuse(ErrorKind.INVALID, "missing", files.get(0), files.get(2));
  }

  @Test
  void anotherOrderIsRefused() throws Exception {
    writeSome();
    refuse(ErrorKind.INVALID, "order", files.get(0), files.get(2), files.get(1));
    refuse(ErrorKind.INVALID, "full backup first", files.get(1), files.get(0));
    refuse(ErrorKind.INVALID, "is a full backup", files.get(0), files.get(0));
  }

  @Test
  void anUpdateOfAnotherVolumeIsRefused() throws Exception {
    writeSome();
    Path other = writeFull("other", VolumeId.random());
    refuse(ErrorKind.INVALID, "of volume", other, files.get(1));
    assertThrows(DinofsException.class, () -> writeUpdate("update of another", List.of(other)));
    assertFalse(Files.exists(directory.resolve("update of another")));
  }

  @Test
  void anUpdateOfAnotherBackupOfTheSameCommitIsRefused() throws Exception {
    writeSome();
    commit = 2;
    records.clear();
    put(xattr(10, "a"), "another past");
    commit = 2;
    refuse(ErrorKind.INVALID, "another backup", writeFull("other", volume), files.get(1));
  }

  @Test
  void aBackupThatIsNewerThanTheVolumeIsRefused() throws Exception {
    writeSome();
    commit = 1;
    DinofsException refusal =
        assertThrows(DinofsException.class, () -> writeUpdate("too old", files));
    assertEquals(ErrorKind.INVALID, refusal.kind());
    assertTrue(refusal.getMessage().contains("make a full one"), refusal::getMessage);
  }

  @Test
  void damageOfAnyFileIsNoticed() throws Exception {
    writeSome();
    Random random = new Random(SEED);
    for (int i = 0; i < 100; i++) {
      int damaged = random.nextInt(files.size());
      byte[] bytes = Files.readAllBytes(files.get(damaged));
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      List<Path> some = new ArrayList<>(files);
      some.set(damaged, Files.write(directory.resolve("damaged"), bytes));
      DinofsException refusal =
          assertThrows(DinofsException.class, () -> read(some), "seed " + SEED);
      assertTrue(
          refusal.kind() == ErrorKind.CORRUPT || refusal.kind() == ErrorKind.INVALID,
          () -> refusal + ", seed " + SEED);
    }
  }

  private static void refuse(ErrorKind kind, String why, Path... files) {
    DinofsException refusal = assertThrows(DinofsException.class, () -> read(List.of(files)));
    assertEquals(kind, refusal.kind());
    assertTrue(refusal.getMessage().contains(why), refusal::getMessage);
  }
}
