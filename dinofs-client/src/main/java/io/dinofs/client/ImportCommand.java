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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MetadataOptions server;

  @Parameters(paramLabel = "FILE", description = "What to read.")
  private String file;

  private ImportCommand() {}

  @Override
  public Integer call() {
    ProgressLine progress = ProgressLine.ofTerminal();
    Path source = WorkingDirectory.ofUser().resolve(file);
    try (RemoteVersionedStore volume = Servers.metadata(server.address(), server.timeout());
        BufferedReader in = Files.newBufferedReader(source)) {
      VolumeImport target = new VolumeImport(volume);
      read(in, target, progress);
      progress.clear();
      System.out.printf(
          Locale.ROOT, "import: %,d records are in volume %s%n", target.records(), volume.volume());
      return Main.OK;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (IOException e) {
      progress.clear();
      String reason = e instanceof DinofsException ? e.getMessage() : source + ": " + e;
      System.err.println("dinofs import: " + reason);
      return Main.FAILED;
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
