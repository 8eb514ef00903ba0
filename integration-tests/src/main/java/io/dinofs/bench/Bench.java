package io.dinofs.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of {@code scripts/bench}. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Measures a directory: small files, one large file, and, with DIR2, how soon changes are seen.",
      "It works in a directory of its own inside DIR, which it removes at the end."
    })
final class Bench implements Callable<Integer> {
  private static final int WARM_UP_ROUNDS = 3;
  private static final int WARM_UP_FILES = 2000;
  private static final int WARM_UP_SIZE_MIB = 16;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DIR", description = "The directory to measure.")
  private Path directory;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR2",
      description = {
        "The same directory through a second mount of the same volume:",
        "measures when changes made in DIR are seen there."
      })
  private Path second;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description = "Another directory to measure and show beside DIR; may be repeated.")
  private List<Path> against = List.of();

  @Option(
      names = "--files",
      paramLabel = "N",
      defaultValue = "2000",
      description = "How many small files, and how many random accesses (${DEFAULT-VALUE}).")
  private int files;

  @Option(
      names = "--size",
      paramLabel = "MB",
      defaultValue = "256",
      description = "The size of the large file, in MiB (${DEFAULT-VALUE}).")
  private int sizeMib;

  @Option(
      names = "--listed",
      paramLabel = "N",
      defaultValue = "10000",
      description = {
        "How many names the directory has that is made in DIR and then listed through DIR2",
        "for the first time, with attributes (${DEFAULT-VALUE})."
      })
  private int listed;

  @Option(
      names = "--huge-directory",
      paramLabel = "N",
      description = {
        "Also make N empty files in one directory: how fast the first and the last 10,000 come,",
        "and how long ls takes."
      })
  private int huge;

  @Option(
      names = "--seed",
      description = {
        "What contents, order and positions are derived from; by default a new one each time.",
        "A volume that stores equal contents once need not store those of a repeated seed."
      })
  private long seed = System.nanoTime();

  @Option(
      names = "--drop-caches",
      description =
          "Empty the kernel's caches before each first stat, listing and read (root only).")
  private boolean dropCaches;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this text.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setParameterExceptionHandler(
            (e, args) -> {
              PrintWriter err = e.getCommandLine().getErr();
              err.println("bench: " + e.getMessage() + "; see bench --help");
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              commandLine.getErr().println("bench: " + e);
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() throws IOException {
    List<Path> directories = new ArrayList<>();
    directories.add(directory);
    directories.addAll(against);
    check(directories);

    warmUp();
    List<Report.Directory> measured = new ArrayList<>();
    for (Path each : directories) {
      measured.add(measure(each));
    }
    List<Recorder.Measurement> firstListing = firstListing();
    List<Propagation.Result> propagation =
        second == null ? List.of() : Propagation.measure(directory, second);

    Report report = new Report(files, sizeMib, seed, measured, firstListing, propagation);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json() : report.table());
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private void check(List<Path> directories) {
    if (files < 1 || sizeMib < 1 || listed < 1 || huge < 0) {
      throw new ParameterException(
          spec.commandLine(), "--files, --size and --listed must be at least 1");
    }
    List<Path> all = new ArrayList<>(directories);
    if (second != null) {
      all.add(second);
    }
    for (Path each : all) {
      if (!Files.isDirectory(each)) {
        throw new ParameterException(spec.commandLine(), each + ": not a directory");
      }
    }
    if (dropCaches && !KernelCaches.canDrop()) {
      throw new ParameterException(spec.commandLine(), "--drop-caches needs root");
    }
  }

  /** Has the JIT compile what is measured, at the cost of a plain directory. */
  private static void warmUp() throws IOException {
    try (WorkDirectory work = WorkDirectory.in(WorkDirectory.systemTemporary())) {
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        Recorder unused = new Recorder();
        new SmallFiles(work.path(), WARM_UP_FILES, round, KernelCaches.KEEP).run(unused);
        new LargeFile(work.path(), WARM_UP_SIZE_MIB, WARM_UP_FILES, round, KernelCaches.KEEP)
            .run(unused);
      }
    }
  }

  /** What DIR2 takes to list what was made in DIR and it has never been asked for. */
  private List<Recorder.Measurement> firstListing() throws IOException {
    Recorder recorder = new Recorder();
    if (second != null) {
      try (WorkDirectory work = WorkDirectory.in(directory)) {
        ManyNames names = new ManyNames(work.path().resolve("listed"), listed);
        names.create();
        Path there = second.resolve(work.path().getFileName()).resolve("listed");
        names.listWithAttributes(recorder, "first ls -l of " + listed + ", entries", there);
        names.listWithAttributes(recorder, "second ls -l of " + listed + ", entries", there);
      }
    }
    return recorder.measurements();
  }

  private Report.Directory measure(Path directory) throws IOException {
    KernelCaches caches = dropCaches ? KernelCaches.DROP : KernelCaches.KEEP;
    Report.PlainSync plain = PlainSync.beside(directory);
    Recorder recorder = new Recorder();
    try (WorkDirectory work = WorkDirectory.in(directory)) {
      new SmallFiles(work.path(), files, seed, caches).run(recorder);
      new LargeFile(work.path(), sizeMib, files, seed, caches).run(recorder);
      if (huge > 0) {
        ManyNames names = new ManyNames(work.path().resolve("huge"), huge);
        names.create(recorder);
        caches.beforeFirstAccess();
        names.list(recorder, "ls of " + huge);
        names.list(recorder, "ls of " + huge + " again");
      }
    }
    return new Report.Directory(
        directory.toString(), Files.getFileStore(directory).type(), plain, recorder.measurements());
  }
}
