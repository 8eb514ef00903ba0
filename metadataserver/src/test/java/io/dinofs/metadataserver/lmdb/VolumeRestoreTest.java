package io.dinofs.metadataserver.lmdb;

import static io.dinofs.store.Volumes.delete;
import static io.dinofs.store.Volumes.put;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.backup.BackupChain;
import io.dinofs.backup.BackupUpdate;
import io.dinofs.backup.BackupWriter;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.RecordingListener;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.VolumeScan;
import io.dinofs.store.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume comes back from its backup, and nobody takes it for what it was later. */
final class VolumeRestoreTest {
  private final Volumes.Committer committer = new Volumes.Committer(NodeId.random());
  @TempDir private Path directory;

  private LmdbVersionedStore open(String name) throws DinofsException {
    return LmdbVersionedStore.open(directory.resolve(name), LmdbSettings.DEFAULT);
  }

  @Test
  void everyRecordComesBackAsItWas() throws Exception {
    Path file = directory.resolve("backup");
    Map<RecordKey, VersionedRecord> before;
    try (LmdbVersionedStore volume = open("first")) {
      for (int i = 0; i < 100; i++) {
        volume.commit(committer.of(putNew(xattr(10 + i, "x"), "value " + i)));
      }
      before = records(volume);
      backUp(volume, file);
      VolumeRestore.Restored restored =
          VolumeRestore.restore(List.of(file), directory.resolve("second"));
      assertEquals(volume.statistics().newest(), restored.from());
      assertEquals(before.size(), restored.records());
      try (LmdbVersionedStore second = open("second")) {
        assertEquals(volume.volume(), second.volume());
        assertEquals(volume.statistics().inodes(), second.statistics().inodes());
        Map<RecordKey, VersionedRecord> after = records(second);
        VersionedRecord next = before.remove(VolumeFormat.NEXT_INODE);
        VersionedRecord nextAfter = after.remove(VolumeFormat.NEXT_INODE);
        assertEquals(before, after);
        assertTrue(counter(nextAfter) > counter(next) + 1_000_000);
      }
    }
  }

  @Test
  void updatesBringBackWhatChangedAndRemoveWhatIsGone() throws Exception {
    Path full = directory.resolve("full");
    List<Path> files = new ArrayList<>(List.of(full));
    Map<RecordKey, VersionedRecord> before;
    try (LmdbVersionedStore volume = open("first")) {
      Version gone = version(volume.commit(committer.of(putNew(xattr(10, "gone"), "1"))));
      Version changed = version(volume.commit(committer.of(putNew(xattr(10, "changed"), "1"))));
      volume.commit(committer.of(putNew(xattr(10, "same"), "1")));
      backUp(volume, full);
      volume.commit(committer.of(delete(xattr(10, "gone"), gone)));
      files.add(update(volume, files));
      volume.commit(committer.of(put(xattr(10, "changed"), changed, "2")));
      volume.commit(committer.of(putNew(xattr(11, "new"), "1")));
      files.add(update(volume, files));
      before = records(volume);
      VolumeRestore.Restored restored = VolumeRestore.restore(files, directory.resolve("second"));
      assertEquals(volume.statistics().newest(), restored.from());
      assertEquals(before.size(), restored.records());
    }
    try (LmdbVersionedStore second = open("second")) {
      Map<RecordKey, VersionedRecord> after = records(second);
      before.remove(VolumeFormat.NEXT_INODE);
      after.remove(VolumeFormat.NEXT_INODE);
      assertEquals(before, after);
      // What is restored is backed up further.
      second.commit(committer.of(putNew(xattr(12, "later"), "1")));
      files.add(update(second, files));
      VolumeRestore.restore(files, directory.resolve("third"));
      before = records(second);
    }
    try (LmdbVersionedStore third = open("third")) {
      assertEquals(before.keySet(), records(third).keySet());
    }
  }

  private static Version version(CommitResult result) {
    return Version.of(result.number());
  }

  private Path update(LmdbVersionedStore volume, List<Path> since) throws IOException {
    Path file = directory.resolve("update-" + since.size());
    try (BackupChain before = BackupChain.open(since);
        BackupUpdate update =
            new BackupUpdate(file, before, volume.volume(), volume.statistics().newest())) {
      for (VersionedRecord record : records(volume).values()) {
        update.next(record);
      }
      update.finish();
    }
    return file;
  }

  @Test
  void aNodeThatKnewALaterStateStartsAnew() throws Exception {
    Path file = directory.resolve("backup");
    CommitNumber known;
    try (LmdbVersionedStore volume = open("first")) {
      backUp(volume, file);
      volume.commit(committer.of(putNew(xattr(10, "lost"), "")));
      known = volume.statistics().newest();
    }
    VolumeRestore.restore(List.of(file), directory.resolve("second"));
    try (LmdbVersionedStore restored = open("second")) {
      for (int i = 0; i < 10; i++) {
        restored.commit(committer.of(putNew(xattr(20 + i, "new"), "")));
      }
      RecordingListener listener = new RecordingListener();
      try (var subscription = restored.subscribe(known, listener)) {
        assertTrue(subscription.isCurrent());
        assertEquals(1, listener.resets().size());
      }
      assertFalse(
          restored
              .get(List.of(xattr(10, "lost")), Children.WITHOUT_ATTRIBUTES)
              .records()
              .get(0)
              .isPresent());
    }
  }

  @Test
  void commitsSurviveARestartAfterARestore() throws Exception {
    Path file = directory.resolve("backup");
    try (LmdbVersionedStore volume = open("first")) {
      backUp(volume, file);
    }
    VolumeRestore.restore(List.of(file), directory.resolve("second"));
    LmdbVersionedStore restored = open("second");
    CommitNumber last = restored.commit(committer.of(putNew(xattr(10, "x"), ""))).number();
    restored.abandon();
    try (LmdbVersionedStore again = open("second")) {
      assertEquals(last, again.statistics().newest());
    }
  }

  @Test
  void aDamagedBackupIsRefusedAndLeavesNoVolume() throws Exception {
    Path file = directory.resolve("backup");
    try (LmdbVersionedStore volume = open("first")) {
      volume.commit(committer.of(putNew(xattr(10, "x"), "value")));
      backUp(volume, file);
    }
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
      refuse(i + "-changed", bad);
      refuse(i + "-cut", Arrays.copyOf(good, random.nextInt(good.length)));
    }
  }

  private void refuse(String name, byte[] backup) throws IOException {
    Path file = Files.write(directory.resolve(name), backup);
    Path data = directory.resolve(name + "-data");
    DinofsException refusal =
        assertThrows(DinofsException.class, () -> VolumeRestore.restore(List.of(file), data));
    assertEquals(ErrorKind.CORRUPT, refusal.kind());
    assertFalse(Files.exists(data.resolve("lmdb")));
  }

  @Test
  void aDirectoryThatHoldsSomethingIsRefused() throws Exception {
    Path file = directory.resolve("backup");
    try (LmdbVersionedStore volume = open("first")) {
      backUp(volume, file);
    }
    DinofsException refusal =
        assertThrows(
            DinofsException.class,
            () -> VolumeRestore.restore(List.of(file), directory.resolve("first")));
    assertEquals(ErrorKind.INVALID, refusal.kind());
  }

  private static void backUp(LmdbVersionedStore volume, Path file) throws IOException {
    try (VolumeScan scan = volume.scan();
        BackupWriter writer = BackupWriter.full(file, volume.volume(), scan.at())) {
      for (var page = scan.next(); !page.isEmpty(); page = scan.next()) {
        for (VersionedRecord record : page) {
          writer.write(record);
        }
      }
      writer.finish();
    }
  }

  private static Map<RecordKey, VersionedRecord> records(LmdbVersionedStore volume)
      throws DinofsException {
    Map<RecordKey, VersionedRecord> records = new TreeMap<>();
    try (VolumeScan scan = volume.scan()) {
      for (var page = scan.next(); !page.isEmpty(); page = scan.next()) {
        page.forEach(record -> records.put(record.key(), record));
      }
    }
    return records;
  }

  private static long counter(VersionedRecord record) throws DinofsException {
    return Counter.decode(record.value().orElseThrow()).value();
  }
}
