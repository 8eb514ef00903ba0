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

  @Test
  void aFileThatIsAppendedToPassesThePagesByUnlessThatCostsItsMapping() {
    EnumSet<OpenFlag> onlyAppends = EnumSet.of(OpenFlag.WRITE, OpenFlag.APPEND);
    EnumSet<OpenFlag> readsToo = EnumSet.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.APPEND);
    assertEquals(Answers.DIRECT_IO, OpenFlags.ofWrites(onlyAppends, false));
    assertEquals(0, OpenFlags.ofWrites(readsToo, false));
    assertEquals(Answers.DIRECT_IO, OpenFlags.ofWrites(readsToo, true));
    assertEquals(0, OpenFlags.ofWrites(EnumSet.of(OpenFlag.READ, OpenFlag.WRITE), true));
    assertEquals(0, OpenFlags.ofWrites(EnumSet.of(OpenFlag.READ, OpenFlag.APPEND), true));
  }
}
