package io.dinofs.client;

import io.dinofs.backup.RecordLine;
import io.dinofs.config.JsonLine;
import io.dinofs.model.VersionedRecord;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.VolumeScan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the metadata of a volume as lines of JSON. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the metadata of a volume, which may be in use, as lines of JSON, one for each record,"
          + " as of one commit; for people, and for dinofs import."
    },
    sortOptions = false)
final class ExportCommand extends VolumeFileCommand {
  static final String FORMAT = "dinofs export 1";

  @Parameters(paramLabel = "FILE", description = "What to write; replaced if it exists.")
  private String file;

  private ExportCommand() {}

  @Override
  String file() {
    return file;
  }

  @Override
  String run(RemoteVersionedStore volume, Path target, ProgressLine progress) throws IOException {
    try (VolumeScan scan = volume.scan()) {
      long records = write(volume, scan, target, progress);
      return String.format(
          Locale.ROOT, "export: %,d records as of commit %s are in %s", records, scan.at(), target);
    }
  }

  private static long write(
      RemoteVersionedStore volume, VolumeScan scan, Path target, ProgressLine progress)
      throws IOException {
    long records = 0;
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(target))) {
      JsonLine first = new JsonLine().put("format", FORMAT);
      first.put("volume", volume.volume().toString()).put("commit", scan.at().value());
      out.println(first);
      for (List<VersionedRecord> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        for (VersionedRecord record : page) {
          out.println(new RecordLine(record.key(), record.value().orElseThrow()).write());
        }
        records += page.size();
        progress.at("writing records", records, 0);
      }
      out.println(new JsonLine().put("records", records));
      if (out.checkError()) {
        throw new IOException("it could not be written; is the disk full?");
      }
    }
    return records;
  }
}
