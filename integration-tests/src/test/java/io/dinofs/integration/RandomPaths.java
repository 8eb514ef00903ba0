package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Paths for random operations: few names, so that operations meet; mostly of what exists. */
final class RandomPaths {
  private static final int DEEPEST = 4;
  private static final int MOST_KNOWN = 400;

  private static final List<Bytes> NAMES =
      List.of(
          Bytes.utf8("a"),
          Bytes.utf8("b"),
          Bytes.utf8("c"),
          Bytes.utf8("d d"),
          Bytes.wrap(new byte[] {(byte) 0xff, 'x', (byte) 0xe9}));
  private static final Bytes LONGEST = Bytes.utf8("n".repeat(255));
  private static final Bytes TOO_LONG = Bytes.utf8("n".repeat(256));

  private final Random random;
  private final Side plain;

  // Used by one thread.
  private List<Bytes> existing = List.of();
  private List<Bytes> files = List.of();

  RandomPaths(Random random, Side plain) {
    this.random = random;
    this.plain = plain;
  }

  /** Looks again at what exists. */
  void refresh() {
    List<Bytes> found = new ArrayList<>();
    files = new ArrayList<>();
    collect(Bytes.EMPTY, found);
    existing = found;
  }

  private void collect(Bytes directory, List<Bytes> found) {
    List<Posix.Entry> entries = new ArrayList<>();
    Posix.readDirectory(plain.path(directory), entries);
    entries.sort((one, other) -> one.name().compareTo(other.name()));
    for (Posix.Entry entry : entries) {
      String name = FilePath.latin1(entry.name());
      if (name.equals(".") || name.equals("..") || found.size() >= MOST_KNOWN) {
        continue;
      }
      Bytes path = join(directory, entry.name());
      found.add(path);
      if (entry.type() == FileStatus.REGULAR >> 12) {
        files.add(path);
      }
      if (entry.type() == FileStatus.DIRECTORY >> 12) {
        collect(path, found);
      }
    }
  }

  /** Of something that exists, or did a moment ago; now and then of nothing. */
  Bytes existing() {
    if (existing.isEmpty() || random.nextInt(10) == 0) {
      return any();
    }
    return odd(existing.get(random.nextInt(existing.size())));
  }

  /** Of a regular file, mostly. */
  Bytes file() {
    return files.isEmpty() || random.nextInt(5) == 0
        ? existing()
        : odd(files.get(random.nextInt(files.size())));
  }

  /** Of something that may exist or not. */
  Bytes any() {
    Bytes path = Bytes.EMPTY;
    if (!existing.isEmpty() && random.nextInt(3) == 0) {
      path = existing.get(random.nextInt(existing.size()));
      return odd(join(path, name()));
    }
    for (int depth = 1 + random.nextInt(DEEPEST); depth > 0; depth--) {
      path = join(path, name());
      if (random.nextInt(2) == 0) {
        break;
      }
    }
    return odd(path);
  }

  /** What a symbolic link may point to: never an absolute path, which would leave the root. */
  Bytes target() {
    return switch (random.nextInt(8)) {
      case 0 -> Bytes.utf8(".");
      case 1 -> Bytes.utf8("..");
      case 2 -> join(Bytes.utf8(".."), name());
      case 3 -> join(name(), name());
      case 4 -> Bytes.utf8("t".repeat(1 + random.nextInt(1000)));
      default -> name();
    };
  }

  private Bytes name() {
    return switch (random.nextInt(60)) {
      case 0 -> LONGEST;
      case 1 -> TOO_LONG;
      default -> NAMES.get(random.nextInt(NAMES.size()));
    };
  }

  /** The path, now and then written in another way. */
  private Bytes odd(Bytes path) {
    return switch (random.nextInt(60)) {
      case 0 -> join(path, Bytes.EMPTY);
      case 1 -> join(path, Bytes.utf8("."));
      case 2 -> join(path, Bytes.utf8(".."));
      case 3 -> join(join(path, Bytes.utf8("..")), name());
      default -> path;
    };
  }

  static Bytes join(Bytes directory, Bytes name) {
    if (directory.isEmpty()) {
      return name;
    }
    byte[] joined = new byte[directory.length() + 1 + name.length()];
    System.arraycopy(directory.toArray(), 0, joined, 0, directory.length());
    joined[directory.length()] = '/';
    System.arraycopy(name.toArray(), 0, joined, directory.length() + 1, name.length());
    return Bytes.wrap(joined);
  }

  /** The directory that a path is in. */
  static Bytes parent(Bytes path) {
    int end = path.length();
    while (end > 0 && path.at(end - 1) == '/') {
      end--;
    }
    while (end > 0 && path.at(end - 1) != '/') {
      end--;
    }
    return end == 0 ? Bytes.EMPTY : path.slice(0, end - 1);
  }
}
