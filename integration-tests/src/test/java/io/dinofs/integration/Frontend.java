package io.dinofs.integration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ways in which a node talks to the kernel. */
enum Frontend {
  JNR("fusermount"),
  KERNEL("fusermount3");

  /** What unmounts, and mounts for those who are not root. */
  private final String helper;

  Frontend(String helper) {
    this.helper = helper;
  }

  /** Options of {@code dinofs}. */
  List<String> options() {
    return List.of("--fuse", toString());
  }

  /** The command that unmounts, and mounts for those who are not root. */
  String helper() {
    return helper;
  }

  /** What this machine has not and this frontend needs. */
  Optional<String> lack() {
    Path device = Path.of("/dev/fuse");
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      return Optional.of("there is no /dev/fuse that this user may use");
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    boolean found =
        Arrays.stream(path.split(":")).anyMatch(d -> Files.isExecutable(Path.of(d, helper)));
    return found
        ? Optional.empty()
        : Optional.of("there is no " + helper + " in the PATH; its package is fuse or fuse3");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
