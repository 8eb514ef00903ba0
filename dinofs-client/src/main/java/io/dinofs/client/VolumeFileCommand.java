package io.dinofs.client;

import io.dinofs.model.DinofsException;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command between a volume's metadata and one file. */
abstract class VolumeFileCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MetadataOptions server;

  /** What the user named. */
  abstract String file();

  /**
   * Does the work.
   *
   * @param file absolute
   * @return what to tell the user when it is done
   */
  abstract String run(RemoteVersionedStore volume, Path file, ProgressLine progress)
      throws IOException;

  @Override
  public final Integer call() {
    ProgressLine progress = ProgressLine.ofTerminal();
    Path path = WorkingDirectory.ofUser().resolve(file());
    try (RemoteVersionedStore volume =
        Servers.metadata(server.address(), server.access(), server.timeout())) {
      String done = run(volume, path, progress);
      progress.clear();
      System.out.println(done);
      return Main.OK;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (IOException e) {
      progress.clear();
      String reason = e instanceof DinofsException ? e.getMessage() : path + ": " + e;
      System.err.println("dinofs " + spec.name() + ": " + reason);
      return Main.FAILED;
    }
  }
}
