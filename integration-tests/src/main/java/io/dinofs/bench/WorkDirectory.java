package io.dinofs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A directory of the tool's own, removed on close with all it holds. */
record WorkDirectory(Path path) implements AutoCloseable {

  static WorkDirectory in(Path parent) throws IOException {
    return new WorkDirectory(Files.createTempDirectory(parent, "bench-"));
  }

  static Path systemTemporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  @Override
  public void close() throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(path)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
    }
    for (Path each : deepestFirst) {
      Files.delete(each);
    }
  }
}
