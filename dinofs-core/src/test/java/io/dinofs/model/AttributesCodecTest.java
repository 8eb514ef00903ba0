package io.dinofs.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AttributesCodecTest {
  private static final Instant TIME = Instant.parse("1969-12-31T23:59:59.999999999Z");
  private static final List<FileType> TYPES = List.of(FileType.values());
  private static final BlobKey KEY = BlobKey.of(Bytes.utf8("abc").asBuffer());
  private static final List<Content> CONTENTS =
      List.of(
          Content.NONE,
          new Content.InRecord(KEY),
          new Content.SingleBlob(KEY),
          new Content.Chunked(KEY),
          new Content.SymlinkTarget(Bytes.utf8("x")),
          new Content.SymlinkTarget(Bytes.wrap(new byte[] {(byte) 0xff, '/', (byte) 0x80})),
          new Content.SymlinkTarget(
              Bytes.utf8("t".repeat(Content.SymlinkTarget.MAX_TARGET_BYTES))));

  private static Attributes roundTrip(Attributes attributes) throws CorruptRecordException {
    return AttributesCodec.decode(AttributesCodec.encode(attributes));
  }

  @Test
  void aDirectorysAttributesAreReadAsTheyWereWritten() throws Exception {
    Attributes attributes = Attributes.create(FileType.DIRECTORY, 01777, -1, 5, 0, TIME);
    assertEquals(attributes, roundTrip(attributes));
  }

  @Test
  void everyTypeWithEveryContentIsReadAsItWasWritten() throws Exception {
    for (FileType type : FileType.values()) {
      for (Content content : CONTENTS) {
        Attributes attributes =
            Attributes.create(type, 0640, 1, 2, 0xfff00fff, TIME).toBuilder()
                .content(content)
                .build();
        assertEquals(attributes, roundTrip(attributes));
      }
    }
  }

  @Test
  void theLeastAndTheGreatestValuesAreReadAsTheyWereWritten() throws Exception {
    Attributes greatest =
        new Attributes(
            FileType.REGULAR,
            Attributes.MODE_MASK,
            -1,
            Integer.MIN_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            -1,
            Instant.MIN,
            Instant.MAX,
            Instant.EPOCH,
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            Content.NONE);
    assertEquals(greatest, roundTrip(greatest));
    Attributes least =
        new Attributes(FileType.FIFO, 0, 0, 0, 0, 0, 0, 0, TIME, TIME, TIME, 0, 0, Content.NONE);
    assertEquals(least, roundTrip(least));
  }

  @Test
  void randomAttributesAreReadAsTheyWereWritten() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      Attributes attributes =
          new Attributes(
              TYPES.get(random.nextInt(TYPES.size())),
              random.nextInt(Attributes.MODE_MASK + 1),
              random.nextInt(),
              random.nextInt(),
              random.nextInt(Integer.MAX_VALUE),
              random.nextLong() >>> 1,
              random.nextLong() >>> 1,
              random.nextInt(),
              Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
              Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
              Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
              random.nextLong() >>> 1,
              random.nextInt(Integer.MAX_VALUE),
              CONTENTS.get(random.nextInt(CONTENTS.size())));
      assertEquals(attributes, roundTrip(attributes), "seed " + seed);
    }
  }

  @Test
  void whatIsNoEncodingIsRefusedAsCorrupt() {
    for (Content content : CONTENTS) {
      Attributes attributes =
          Attributes.create(FileType.REGULAR, 0640, 1, 2, 0, TIME).toBuilder()
              .content(content)
              .build();
      Fuzz.check(
          AttributesCodec.encode(attributes), AttributesCodec::encode, AttributesCodec::decode);
    }
  }

  @Test
  void attributesOfTheFormatWithoutHolesAreReadAsHavingNone() throws Exception {
    Attributes attributes =
        Attributes.create(FileType.REGULAR, 0640, 1, 2, 0, TIME).toBuilder().size(5).build();
    byte[] encoded = AttributesCodec.encode(attributes).toArray();
    byte[] older = new byte[encoded.length - 8];
    int allocatedAt = 32;
    System.arraycopy(encoded, 0, older, 0, allocatedAt);
    System.arraycopy(encoded, allocatedAt + 8, older, allocatedAt, older.length - allocatedAt);
    older[0] = 1;
    assertEquals(
        attributes.toBuilder().allocated(5).build(), AttributesCodec.decode(Bytes.wrap(older)));
  }

  @Test
  void aByteTooManyIsRefused() {
    for (Content content : CONTENTS.subList(0, 3)) {
      byte[] encoded =
          AttributesCodec.encode(
                  Attributes.create(FileType.REGULAR, 0, 0, 0, 0, TIME).toBuilder()
                      .content(content)
                      .build())
              .toArray();
      Bytes longer = Bytes.wrap(Arrays.copyOf(encoded, encoded.length + 1));
      assertThrows(CorruptRecordException.class, () -> AttributesCodec.decode(longer));
    }
  }

  @Test
  void valuesOutOfTheirRangeAreRefused() {
    Attributes.Builder builder = Attributes.create(FileType.REGULAR, 0, 0, 0, 0, TIME).toBuilder();
    assertThrows(IllegalArgumentException.class, () -> builder.mode(010000).build());
    builder.mode(0);
    assertThrows(IllegalArgumentException.class, () -> builder.size(-1).build());
    builder.size(0);
    assertThrows(IllegalArgumentException.class, () -> builder.nlink(-1).build());
  }

  @Test
  void aLinksTargetHasNoNulAndALimit() {
    assertThrows(IllegalArgumentException.class, () -> new Content.SymlinkTarget(Bytes.EMPTY));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Content.SymlinkTarget(Bytes.utf8("t".repeat(4096))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Content.SymlinkTarget(Bytes.wrap(new byte[] {'a', 0})));
  }
}
