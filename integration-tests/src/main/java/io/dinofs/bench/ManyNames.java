package io.dinofs.bench;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** One directory with a great many names. */
final class ManyNames {
  /** How many of them are timed at the beginning and at the end. */
  private static final int TIMED_CREATES = 10_000;

  private final Path directory;
  private final int names;

  /**
   * @param directory made by {@link #create}
   */
  ManyNames(Path directory, int names) {
    this.directory = directory;
    this.names = names;
  }

  /** Makes empty files; says how fast the first and the last of them came. */
  void create(Recorder recorder) throws IOException {
    Files.createDirectory(directory);
    int timed = Math.min(TIMED_CREATES, names);
    recorder.operations("first " + timed + " creates of " + names, timed, () -> create(0, timed));
    if (names >= 2 * timed) {
      create(timed, names - timed);
      recorder.operations(
          "last " + timed + " creates of " + names, timed, () -> create(names - timed, names));
    }
  }

  /** Makes empty files, untimed. */
  void create() throws IOException {
    Files.createDirectory(directory);
    create(0, names);
  }

  private void create(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      Files.createFile(directory.resolve("name-" + i));
    }
  }

  /** Times {@code ls}: names only. */
  void list(Recorder recorder, String name) throws IOException {
    recorder.seconds(name, () -> read(directory, false));
  }

  /** Times {@code ls -l} of the directory under another path. */
  void listWithAttributes(Recorder recorder, String name, Path other) throws IOException {
    recorder.operations(name, names, () -> read(other, true));
  }

  private void read(Path path, boolean withAttributes) throws IOException {
    int seen = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        if (withAttributes) {
          Files.readAttributes(entry, BasicFileAttributes.class, NOFOLLOW_LINKS);
        }
        seen++;
      }
    }
    if (seen != names) {
      throw new IOException(path + " lists " + seen + " names of " + names);
    }
  }
}
