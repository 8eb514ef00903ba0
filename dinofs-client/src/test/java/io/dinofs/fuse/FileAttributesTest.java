package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class FileAttributesTest {
  @Test
  void aTimeThatJavaDoesNotKnowIsTheNearestThatItDoes() {
    assertEquals(Instant.parse("1970-01-01T00:00:01.000000002Z"), FileAttributes.time(1, 2));
    assertEquals(Instant.MAX, FileAttributes.time(Long.MAX_VALUE, 999_999_999));
    assertEquals(Instant.MAX, FileAttributes.time(Instant.MAX.getEpochSecond(), 0));
    assertEquals(Instant.MIN, FileAttributes.time(Long.MIN_VALUE, 0));
  }
}
