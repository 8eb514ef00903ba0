package io.dinofs.client;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.VersionedStore.CommitListener;
import io.dinofs.store.VersionedStore.Subscription;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints every change of a volume as it is committed. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Prints every change of a volume's names and attributes when it is committed, until it is"
          + " interrupted. Nobody waits for it."
    },
    sortOptions = false)
final class WatchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private MetadataOptions server;

  @Option(names = "--json", description = "One JSON object a line, for each record that changed.")
  private boolean json;

  @Option(
      names = "--from",
      paramLabel = "COMMIT",
      description = {
        "Begin behind this commit, the last one that was printed. What has changed several times",
        "since is printed once, as it is now. Default: begin with what comes."
      })
  private long from;

  private WatchCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try (RemoteVersionedStore volume =
        Servers.metadata(server.address(), server.access(), server.timeout())) {
      CountDownLatch broken = new CountDownLatch(1);
      CommitNumber start = from == 0 ? CommitNumber.NONE : new CommitNumber(from);
      Printer printer = new Printer(new ChangeText(json), System.out, broken);
      Subscription subscription = volume.subscribe(start, printer);
      broken.await();
      subscription.close();
      return Main.OK;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (DinofsException e) {
      System.err.println("dinofs watch: " + e.getMessage());
      return Main.FAILED;
    }
  }

  /** Ends the command when nobody reads any more what it prints. */
  private record Printer(ChangeText text, PrintStream out, CountDownLatch broken)
      implements CommitListener {
    @Override
    public void committed(CommittedChange change) {
      text.lines(change).forEach(out::println);
      flush();
    }

    @Override
    public void reset(CommitNumber at) {
      out.println(text.reset(at));
      flush();
    }

    private void flush() {
      if (out.checkError()) {
        broken.countDown();
      }
    }
  }
}
