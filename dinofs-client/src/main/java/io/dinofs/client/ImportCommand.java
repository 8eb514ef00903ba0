package io.dinofs.client;

import io.dinofs.backup.RecordLine;
import io.dinofs.config.JsonLine;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.upkeep.VolumeImport;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Fills an empty volume with what {@link ExportCommand} wrote. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Fills an empty volume with what dinofs export has written. It is another volume, with another"
          + " id; contents are looked for on the same blob server as before.",
      "Nothing is seen of it before it is complete."
    },
    sortOptions = false)
final class ImportCommand extends VolumeFileCommand {
  @Parameters(paramLabel = "FILE", description = "What to read.")
  private String file;

  private ImportCommand() {}

  @Override
  String file() {
    return file;
  }

  @Override
  String run(RemoteVersionedStore volume, Path source, ProgressLine progress) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(source)) {
      VolumeImport target = new VolumeImport(volume);
      read(in, target, progress);
      return String.format(
          Locale.ROOT, "import: %,d records are in volume %s", target.records(), volume.volume());
    }
  }

  private static void read(BufferedReader in, VolumeImport target, ProgressLine progress)
      throws IOException {
    String first = in.readLine();
    if (first == null || !JsonLine.parse(first).text("format").equals(ExportCommand.FORMAT)) {
      throw new CorruptRecordException("line 1 does not say: " + ExportCommand.FORMAT);
    }
    long number = 1;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      try {
        if (line.startsWith("{\"records\":")) {
          finish(JsonLine.parse(line).number("records"), target);
          return;
        }
        RecordLine record = RecordLine.parse(line);
        target.add(record.key(), record.value());
      } catch (CorruptRecordException e) {
        throw new CorruptRecordException("line " + number + ": " + e.getMessage());
      }
      progress.at("adding records", target.records(), 0);
    }
    throw new CorruptRecordException("the file ends early, at line " + number);
  }

  private static void finish(long expected, VolumeImport target) throws DinofsException {
    if (expected != target.records()) {
      throw new CorruptRecordException(
          "there are " + target.records() + " records, not " + expected);
    }
    target.finish();
  }
}
