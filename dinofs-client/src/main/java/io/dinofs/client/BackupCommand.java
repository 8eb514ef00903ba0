package io.dinofs.client;

import io.dinofs.backup.BackupWriter;
import io.dinofs.model.VersionedRecord;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.VolumeScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the metadata of a volume to a file. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the metadata of a volume, which may be in use, to a file: all names, attributes and"
          + " small files as of one commit. metadataserver restore reads it.",
      "Larger contents are on the blob server, which is to be backed up after this."
    },
    sortOptions = false)
final class BackupCommand extends VolumeFileCommand {
  @Parameters(paramLabel = "FILE", description = "What to write; replaced if it exists.")
  private String file;

  private BackupCommand() {}

  @Override
  String file() {
    return file;
  }

  @Override
  String run(RemoteVersionedStore volume, Path target, ProgressLine progress) throws IOException {
    try (VolumeScan scan = volume.scan();
        BackupWriter backup = new BackupWriter(target, volume.volume(), scan.at())) {
      for (List<VersionedRecord> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        for (VersionedRecord record : page) {
          backup.write(record);
        }
        progress.at("writing records", backup.records(), 0);
      }
      backup.finish();
      return String.format(
          Locale.ROOT,
          "backup: %,d records of volume %s as of commit %s are in %s",
          backup.records(),
          volume.volume(),
          scan.at(),
          target);
    }
  }
}
