package io.dinofs.client;

import java.nio.file.Path;

/**
 * What relative paths of the user are relative to. It is not this process's own working directory,
 * since that must not be one that a mount will cover.
 *
 * @param path absolute
 */
record WorkingDirectory(Path path) {
  /** The launcher, which runs the program in the root directory, says where it was called. */
  private static final String PROPERTY = "dinofs.cwd";

  static WorkingDirectory ofUser() {
    return new WorkingDirectory(
        Path.of(System.getProperty(PROPERTY, System.getProperty("user.dir"))).toAbsolutePath());
  }

  Path resolve(String file) {
    return path.resolve(file).normalize();
  }
}
