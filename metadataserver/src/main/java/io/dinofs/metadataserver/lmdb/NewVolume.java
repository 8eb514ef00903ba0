package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.model.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Fills a table that is new with the first records of a volume, and checks the format of one that
 * is not.
 */
final class NewVolume {
  private NewVolume() {}

  /**
   * @param directory where the table is; whoever made it owns the root directory of a new volume
   */
  static RecordTable.State stateOf(RecordTable table, Path directory) throws IOException {
    Optional<RecordTable.State> found = table.state();
    if (found.isPresent()) {
      try (RecordTable.Reading reading = table.read()) {
        VolumeFormat.check(reading.read(VolumeFormat.FORMAT, VolumeFormat.FORMAT.encode()));
      }
      return found.get();
    }
    List<VersionedRecord> records =
        VolumeFormat.initialRecords(
            (int) Files.getAttribute(directory, "unix:uid"),
            (int) Files.getAttribute(directory, "unix:gid"),
            Instant.now());
    long inodes =
        records.stream().filter(record -> record.key().kind() == RecordKind.ATTRIBUTES).count();
    RecordTable.State state =
        new RecordTable.State(VolumeId.random(), VolumeFormat.FIRST_COMMIT, inodes);
    long bytes = records.stream().mapToLong(r -> r.value().map(Bytes::length).orElse(0)).sum();
    table.write(records, bytes, state);
    return state;
  }
}
