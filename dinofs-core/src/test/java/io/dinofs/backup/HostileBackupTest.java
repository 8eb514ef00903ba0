package io.dinofs.backup;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.Fuzz;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups and exports that nobody wrote. */
final class HostileBackupTest {
  private static final int ROUNDS = 300;
  private static final Set<ErrorKind> CORRUPT = Set.of(ErrorKind.CORRUPT);

  @TempDir Path directory;

  private static List<VersionedRecord> records() {
    Attributes attributes = Attributes.create(FileType.DIRECTORY, 0755, 1, 2, 0, Instant.EPOCH);
    return List.of(
        record(RecordKey.attributes(new InodeId(7)), AttributesCodec.encode(attributes)),
        record(RecordKey.parent(new InodeId(7)), InodeId.ROOT.encode()),
        record(new RecordKey(new InodeId(7), RecordKind.XATTR, Bytes.utf8("user.k")), Bytes.EMPTY));
  }

  private static VersionedRecord record(RecordKey key, Bytes value) {
    return VersionedRecord.present(key, new Version(3), value);
  }

  private byte[] backup(boolean update) throws IOException {
    Path file = directory.resolve("written");
    VolumeId volume = VolumeId.random();
    CommitNumber at = new CommitNumber(9);
    BackupId base = new BackupId(new CommitNumber(2), Bytes.wrap(new byte[32]));
    try (BackupWriter writer =
        update
            ? BackupWriter.update(file, volume, base, at)
            : BackupWriter.full(file, volume, at)) {
      for (VersionedRecord record : records().stream().sorted(this::byKey).toList()) {
        writer.write(record);
      }
      if (update) {
        writer.write(VersionedRecord.absent(RecordKey.parent(new InodeId(99))));
      }
      writer.finish();
    }
    return Files.readAllBytes(file);
  }

  private int byKey(VersionedRecord one, VersionedRecord other) {
    return one.key().compareTo(other.key());
  }

  @Test
  void aBackupIsReadOrCorrupt() throws IOException {
    Path file = directory.resolve("read");
    Fuzz.feed(
        ROUNDS,
        CORRUPT,
        List.of(backup(false), backup(true)),
        input -> {
          Files.write(file, input);
          try (BackupReader reader = new BackupReader(file)) {
            while (reader.next().isPresent()) {}
          }
        });
  }

  @Test
  void aLineOfAnExportIsReadOrCorrupt() throws IOException {
    List<byte[]> lines =
        records().stream()
            .map(record -> new RecordLine(record.key(), record.value().orElseThrow()))
            .map(line -> write(line).getBytes(StandardCharsets.UTF_8))
            .toList();
    Fuzz.feed(
        CORRUPT,
        lines,
        input -> {
          RecordLine unused = RecordLine.parse(new String(input, StandardCharsets.UTF_8));
        });
  }

  private static String write(RecordLine line) {
    try {
      return line.write();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
