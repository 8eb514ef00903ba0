package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.vfs.FileSystem.OpenFlag;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

final class OpenFlagsTest {
  @Test
  void theFlagsOfOpenAreTranslated() {
    assertEquals(EnumSet.of(OpenFlag.READ), OpenFlags.of(0));
    assertEquals(EnumSet.of(OpenFlag.WRITE, OpenFlag.APPEND), OpenFlags.of(02001));
    assertEquals(
        EnumSet.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.TRUNCATE, OpenFlag.EXCLUSIVE),
        OpenFlags.of(01202));
  }
}
