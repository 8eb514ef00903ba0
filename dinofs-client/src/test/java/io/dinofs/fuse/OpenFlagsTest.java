package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  @Test
  void aFileThatIsOnlyWrittenToPassesThePagesBy() {
    assertTrue(OpenFlags.passesPages(EnumSet.of(OpenFlag.WRITE), false));
    assertTrue(OpenFlags.passesPages(EnumSet.of(OpenFlag.WRITE, OpenFlag.APPEND), false));
    assertFalse(OpenFlags.passesPages(EnumSet.of(OpenFlag.READ, OpenFlag.WRITE), true));
    assertFalse(OpenFlags.passesPages(EnumSet.of(OpenFlag.READ, OpenFlag.APPEND), true));
  }

  @Test
  void aFileThatIsReadAndAppendedToPassesThePagesByUnlessThatCostsItsMapping() {
    EnumSet<OpenFlag> both = EnumSet.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.APPEND);
    assertFalse(OpenFlags.passesPages(both, false));
    assertTrue(OpenFlags.passesPages(both, true));
  }
}
