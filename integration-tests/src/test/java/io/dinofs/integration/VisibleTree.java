package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a mount shows at {@link SharedNames}: every name and every absent one, all
 * attributes but the access time, which reading moves, and every byte.
 *
 * @param paths in words, by path
 */
record VisibleTree(Map<Bytes, String> paths) {

  static VisibleTree of(FilePath root) {
    Map<Bytes, String> paths = new LinkedHashMap<>();
    for (Bytes directory : SharedNames.directories()) {
      paths.put(directory, describe(root.resolve(directory)));
    }
    for (Bytes path : SharedNames.all()) {
      paths.put(path, describe(root.resolve(path)));
    }
    return new VisibleTree(paths);
  }

  private static String describe(FilePath path) {
    List<FileStatus> status = new ArrayList<>();
    long result = Posix.lstat(path, status);
    if (result < 0) {
      return Posix.describe(result);
    }
    FileStatus found = status.get(0);
    String contents =
        switch (found.type()) {
          case FileStatus.REGULAR -> Observation.contents(path);
          case FileStatus.SYMLINK -> Observation.target(path);
          default -> entries(path);
        };
    return found.withAtime(0) + " xattrs " + Observation.xattrs(path) + " contents " + contents;
  }

  /** With inode numbers. */
  private static String entries(FilePath path) {
    List<Posix.Entry> entries = new ArrayList<>();
    long result = Posix.readDirectory(path, entries);
    if (result < 0) {
      return Posix.describe(result);
    }
    return entries.stream()
        .map(e -> FilePath.printable(e.name()) + ":" + e.type() + ":" + e.inode())
        .sorted()
        .toList()
        .toString();
  }
}
