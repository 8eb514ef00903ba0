package io.dinofs.client;

import io.dinofs.backup.BackupWriter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VersionedRecord;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.VolumeScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
final class BackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MetadataOptions server;

  @Parameters(paramLabel = "FILE", description = "What to write; replaced if it exists.")
  private String file;

  private BackupCommand() {}

  @Override
  public Integer call() {
    ProgressLine progress = ProgressLine.ofTerminal();
    try (RemoteVersionedStore volume = Servers.metadata(server.address(), server.timeout())) {
      Path target = WorkingDirectory.ofUser().resolve(file);
      String done = write(volume, target, progress);
      progress.clear();
      System.out.println(done);
      return Main.OK;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (IOException e) {
      progress.clear();
      String reason = e instanceof DinofsException ? e.getMessage() : file + ": " + e;
      System.err.println("dinofs backup: " + reason);
      return Main.FAILED;
    }
  }

  private static String write(RemoteVersionedStore volume, Path target, ProgressLine progress)
      throws IOException {
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
