package io.dinofs.vfs;

import io.dinofs.model.DinofsException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of a volume that two nodes use, a new one for each test. */
abstract class TwoNodes {
  @TempDir Path directory;
  TestVolume volume;
  FileSystem a;
  FileSystem b;

  /** Whether the volume's contents are encrypted. */
  boolean encrypted() {
    return false;
  }

  @BeforeEach
  final void mount() throws IOException {
    volume = encrypted() ? TestVolume.encrypted(directory) : new TestVolume(directory);
    a = volume.mount();
    b = volume.mount();
  }

  @AfterEach
  final void unmount() throws DinofsException {
    a.close();
    b.close();
    volume.close();
  }
}
