package io.dinofs.cache.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.store.Capacity.Room;
import org.junit.jupiter.api.Test;

class CacheLimitTest {
  private static final long GIB = 1L << 30;

  @Test
  void withoutALimitOfItsOwnItMayTakeHalfOfWhatIsFree() {
    assertEquals(
        50 * GIB, CacheLimit.HALF_OF_FREE.bytesWithReserve(0, new Room(200 * GIB, 100 * GIB)));
    assertEquals(
        50 * GIB,
        CacheLimit.HALF_OF_FREE.bytesWithReserve(40 * GIB, new Room(200 * GIB, 60 * GIB)));
  }

  @Test
  void someOfTheDiskStaysFreeWhateverTheLimit() {
    CacheLimit limit = CacheLimit.of(100 * GIB);
    assertEquals(100 * GIB, limit.bytesWithReserve(10 * GIB, new Room(200 * GIB, 150 * GIB)));
    assertEquals(10 * GIB - (512L << 20), limit.bytesWithReserve(10 * GIB, new Room(200 * GIB, 0)));
    assertEquals(98, limit.bytesWithReserve(50, new Room(100, 50)));
    assertEquals(0, limit.bytesWithReserve(0, new Room(200 * GIB, 0)));
  }
}
