package io.dinofs.client;

import io.dinofs.backup.BackupChain;
import io.dinofs.backup.BackupUpdate;
import io.dinofs.backup.BackupWriter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VersionedRecord;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.VolumeScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the metadata of a volume to a file. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the metadata of a volume, which may be in use, to a file: all names, attributes and"
          + " small files as of one commit. metadataserver restore reads it.",
      "Larger contents are on the blob server, which is to be backed up after this.",
      "With --since only what has changed since earlier backups is written. It takes as long, but"
          + " less room."
    },
    sortOptions = false)
final class BackupCommand extends VolumeFileCommand {
  @Parameters(paramLabel = "FILE", description = "What to write; replaced if it exists.")
  private String file;

  @Option(
      names = "--since",
      paramLabel = "FILE",
      description = {
        "Write only what is different from this earlier backup. If that was made with --since too,",
        "name all of them: the full one first, then the others in their order."
      })
  private List<String> since = List.of();

  private BackupCommand() {}

  @Override
  String file() {
    return file;
  }

  @Override
  String run(RemoteVersionedStore volume, Path target, ProgressLine progress) throws IOException {
    return since.isEmpty()
        ? writeAll(volume, target, progress)
        : writeChanges(volume, target, progress);
  }

  private static String writeAll(RemoteVersionedStore volume, Path target, ProgressLine progress)
      throws IOException {
    try (VolumeScan scan = volume.scan();
        BackupWriter backup = BackupWriter.full(target, volume.volume(), scan.at())) {
      for (List<VersionedRecord> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        for (VersionedRecord record : page) {
          backup.write(record);
        }
        progress.at("writing records", backup.records(), 0);
      }
      backup.finish();
      return told("%,d records", backup.records(), volume, scan, target);
    }
  }

  private String writeChanges(RemoteVersionedStore volume, Path target, ProgressLine progress)
      throws IOException {
    List<Path> earlier = since.stream().map(WorkingDirectory.ofUser()::resolve).toList();
    if (earlier.contains(target)) {
      throw new IllegalArgumentException(target + " cannot be both an earlier backup and this one");
    }
    try (BackupChain before = BackupChain.open(earlier);
        VolumeScan scan = volume.scan();
        BackupUpdate backup = new BackupUpdate(target, before, volume.volume(), scan.at())) {
      long looked = 0;
      for (List<VersionedRecord> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        for (VersionedRecord record : page) {
          backup.next(record);
        }
        looked += page.size();
        progress.at("comparing records", looked, 0);
      }
      backup.finish();
      return told("%,d changed records", backup.records(), volume, scan, target);
    }
  }

  private static String told(
      String what, long records, RemoteVersionedStore volume, VolumeScan scan, Path target)
      throws DinofsException {
    return String.format(
        Locale.ROOT,
        "backup: " + what + " of volume %s as of commit %s are in %s",
        records,
        volume.volume(),
        scan.at(),
        target);
  }
}
