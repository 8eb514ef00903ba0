package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A few names in a few directories, so that those who change them meet all the time. */
final class SharedNames {
  private static final int DIRECTORIES = 4;
  private static final int NAMES = 8;
  private static final int DEEPER_NAMES = 2;

  /** One that nothing is ever made under. */
  private static final Bytes NEVER = Bytes.utf8("never");

  private SharedNames() {}

  /** The directories that are always there. */
  static List<Bytes> directories() {
    List<Bytes> directories = new ArrayList<>();
    for (int i = 0; i < DIRECTORIES; i++) {
      directories.add(directory(i));
    }
    return directories;
  }

  private static Bytes directory(int number) {
    return Bytes.utf8("d" + number);
  }

  /** Each path that something may be made at, and one in each directory where nothing ever is. */
  static List<Bytes> all() {
    List<Bytes> paths = new ArrayList<>();
    for (Bytes directory : directories()) {
      paths.add(RandomPaths.join(directory, NEVER));
      for (int i = 0; i < NAMES; i++) {
        Bytes path = RandomPaths.join(directory, name(i));
        paths.add(path);
        for (int j = 0; j < DEEPER_NAMES; j++) {
          paths.add(RandomPaths.join(path, deeper(j)));
        }
      }
    }
    return paths;
  }

  /** A path to change something at; mostly in one of the directories, sometimes a level deeper. */
  static Bytes random(Random random) {
    Bytes path =
        RandomPaths.join(directory(random.nextInt(DIRECTORIES)), name(random.nextInt(NAMES)));
    return random.nextInt(6) == 0
        ? RandomPaths.join(path, deeper(random.nextInt(DEEPER_NAMES)))
        : path;
  }

  static Bytes randomDirectory(Random random) {
    return directory(random.nextInt(DIRECTORIES));
  }

  private static Bytes name(int number) {
    return Bytes.utf8("n" + number);
  }

  private static Bytes deeper(int number) {
    return Bytes.utf8("s" + number);
  }
}
