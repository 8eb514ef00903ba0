package io.dinofs.fuse.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.fuse.linux.Native;
import java.nio.ByteBuffer;
import jnr.ffi.Struct;
import org.junit.jupiter.api.Test;

final class NativeLayoutsTest {
  private static final int POINTER_BYTES = 8;

  @Test
  void theStructsOfLibfuseHaveAPlaceForEveryFunction() {
    assertEquals(
        LowLevelOperations.FUNCTIONS * POINTER_BYTES, Struct.size(new LowLevelOperations()));
    assertEquals(ChannelFunctions.FUNCTIONS * POINTER_BYTES, Struct.size(new ChannelFunctions()));
  }

  @Test
  void whatIsNotImplementedIsNull() {
    LowLevelOperations operations = new LowLevelOperations();
    assertNull(operations.ioctl.get());
    assertNull(operations.bmap.get());
  }

  @Test
  void openFlagsAndHandleLieWhereLibfuseHasThem() {
    ByteBuffer fileInfo = Native.allocate(NativeLayouts.FILE_INFO_BYTES);
    assertEquals(40, fileInfo.capacity());
    assertFalse(NativeLayouts.isPageOfMapping(Native.addressOf(fileInfo)));
    fileInfo.putInt(0, 02001).putInt(16, 1).putLong(24, 99);
    assertTrue(NativeLayouts.isPageOfMapping(Native.addressOf(fileInfo)));
    assertEquals(02001, NativeLayouts.openFlags(Native.addressOf(fileInfo)));
    assertEquals(99, NativeLayouts.handle(Native.addressOf(fileInfo)));
  }
}
