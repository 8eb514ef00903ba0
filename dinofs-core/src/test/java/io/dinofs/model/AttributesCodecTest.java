package io.dinofs.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class AttributesCodecTest {
  @Test
  void aDirectorysAttributesAreReadAsTheyWereWritten() throws Exception {
    Instant time = Instant.parse("1969-12-31T23:59:59.999999999Z");
    Attributes attributes = Attributes.create(FileType.DIRECTORY, 01777, -1, 5, 0, time);
    assertEquals(attributes, AttributesCodec.decode(AttributesCodec.encode(attributes)));
  }
}
