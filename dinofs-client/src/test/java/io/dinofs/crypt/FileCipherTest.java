package io.dinofs.crypt;

import static io.dinofs.store.ContentCipher.SMALL_OVERHEAD_BYTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import io.dinofs.store.BlobStore;
import io.dinofs.store.Store;
import io.dinofs.store.blob.ContentAddressedStore;
import io.dinofs.store.disk.PrivateFile;
import io.dinofs.store.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCipherTest {
  private static final int SEGMENT = EncryptedForm.SEGMENT_BYTES;

  @TempDir Path directory;
  private Path file;
  private FileCipher cipher;

  @BeforeEach
  void makeAKey() throws DinofsException {
    file = directory.resolve("keys");
    KeyFile.create(file);
    cipher = new FileCipher(KeyRing.open(file));
  }

  private static byte[] random(int bytes) {
    byte[] contents = new byte[bytes];
    new Random(bytes).nextBytes(contents);
    return contents;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4036, SEGMENT - 1, SEGMENT, SEGMENT + 1, 5 * SEGMENT, (1 << 20) + 7})
  void whatWasEncryptedIsDecrypted(int bytes) throws DinofsException {
    ByteBuffer plain = ByteBuffer.allocate(bytes + 5).put(3, random(bytes)).position(3);
    plain.limit(3 + bytes);
    Bytes encrypted = cipher.encrypt(plain);
    assertEquals(3, plain.position());
    assertEquals(EncryptedForm.encryptedBytes(bytes), encrypted.length());
    assertEquals(bytes, EncryptedForm.plainBytes(encrypted.length()));
    assertTrue(bytes > SEGMENT || encrypted.length() == bytes + SMALL_OVERHEAD_BYTES);
    assertEquals(Bytes.wrap(random(bytes)), cipher.decrypt(encrypted));
  }

  @Test
  void theFormIsTheOneThatOlderVersionsHaveWritten() throws Exception {
    PrivateFile.replace(file, VolumeKey.PREFIX + "A".repeat(43) + "\n");
    Bytes encrypted = new FileCipher(KeyRing.open(file)).encrypt(ByteBuffer.wrap(random(20_000)));
    assertEquals(
        "de42deb75732c261af72cb151fe1117f8d1b787ac17afc82d512607a32608cfc",
        BlobKey.of(encrypted.asBuffer()).toHex());
  }

  @Test
  void equalContentsBecomeEqualWithAKeyAndDifferentWithAnother() throws DinofsException {
    Bytes one = cipher.encrypt(ByteBuffer.wrap(random(100_000)));
    assertEquals(one, cipher.encrypt(ByteBuffer.wrap(random(100_000))));
    assertEquals(one, new FileCipher(KeyRing.open(file)).encrypt(ByteBuffer.wrap(random(100_000))));
    Path other = directory.resolve("other");
    KeyFile.create(other);
    Bytes foreign = new FileCipher(KeyRing.open(other)).encrypt(ByteBuffer.wrap(random(100_000)));
    assertNotEquals(one, foreign);
    assertCorrupt(foreign, "not in " + file);
  }

  @Test
  void contentsThatDifferInABitBecomeDifferentEverywhere() throws DinofsException {
    byte[] contents = random(3 * SEGMENT);
    byte[] one = cipher.encrypt(ByteBuffer.wrap(contents)).toArray();
    contents[contents.length - 1] ^= 1;
    byte[] other = cipher.encrypt(ByteBuffer.wrap(contents)).toArray();
    int equal = 0;
    for (int at = EncryptedForm.HEADER_BYTES; at < one.length; at++) {
      equal += one[at] == other[at] ? 1 : 0;
    }
    assertTrue(equal < one.length / 100, () -> "the first segment is encrypted as before");
  }

  @Test
  void aChangeAnywhereIsNoticed() throws DinofsException {
    byte[] encrypted = cipher.encrypt(ByteBuffer.wrap(random(SEGMENT + 100))).toArray();
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      byte[] changed = encrypted.clone();
      int at = i < 100 ? i : random.nextInt(changed.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThrows(DinofsException.class, () -> cipher.decrypt(Bytes.wrap(changed)), "at " + at);
    }
  }

  @Test
  void segmentsThatAreMovedOrLeftOutAreNoticed() throws DinofsException {
    Bytes encrypted = cipher.encrypt(ByteBuffer.wrap(random(3 * SEGMENT)));
    int first = (int) EncryptedForm.segmentStart(0);
    int second = (int) EncryptedForm.segmentStart(1);
    int third = (int) EncryptedForm.segmentStart(2);
    Bytes header = encrypted.slice(0, first);
    Bytes one = encrypted.slice(first, second);
    Bytes two = encrypted.slice(second, third);
    Bytes three = encrypted.slice(third, encrypted.length());
    assertEquals(encrypted, join(header, one, two, three));
    for (Bytes wrong :
        List.of(join(header, two, one, three), join(header, one, two), join(header, one, three))) {
      assertCorrupt(wrong, "changed");
    }
  }

  private static Bytes join(Bytes... parts) {
    ByteBuffer joined = ByteBuffer.allocate(List.of(parts).stream().mapToInt(Bytes::length).sum());
    List.of(parts).forEach(part -> part.writeTo(joined));
    return Bytes.wrap(joined.array());
  }

  @Test
  void whatIsNotEncryptedIsNotTakenForContents() {
    assertCorrupt(Bytes.wrap(random(1000)), "not encrypted");
    assertCorrupt(Bytes.EMPTY, "not encrypted");
  }

  private void assertCorrupt(Bytes bytes, String reason) {
    DinofsException e = assertThrows(DinofsException.class, () -> cipher.decrypt(bytes));
    assertEquals(ErrorKind.CORRUPT, e.kind());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void anyBytesAreRefusedOrDecrypted() throws DinofsException {
    byte[] valid = cipher.encrypt(ByteBuffer.wrap(random(SEGMENT + 50))).toArray();
    Fuzz.feed(
        Set.of(ErrorKind.CORRUPT), List.of(valid), input -> cipher.decrypt(Bytes.wrap(input)));
  }

  @Test
  void aBlobIsReadFromAnyOffset() throws DinofsException {
    byte[] contents = random(10 * SEGMENT + 333);
    try (BlobStore kept = new ContentAddressedStore(new MemoryStore())) {
      BlobStore blobs = cipher.over(kept);
      BlobKey key = blobs.put(ByteBuffer.wrap(contents));
      assertEquals(cipher.decrypt(kept.get(key)), blobs.get(key));
      Random random = new Random(7);
      try (BlobStore.Blob blob = blobs.open(key)) {
        assertEquals(contents.length, blob.size());
        for (int i = 0; i < 500; i++) {
          int at = random.nextInt(contents.length + 10);
          ByteBuffer target = ByteBuffer.allocate(random.nextInt(4 * SEGMENT));
          int expected = Math.max(0, Math.min(target.capacity(), contents.length - at));
          assertEquals(expected, blob.read(target, at));
          target.flip();
          assertEquals(ByteBuffer.wrap(contents, Math.min(at, contents.length), expected), target);
        }
        assertEquals(0, blob.read(ByteBuffer.allocate(10), Long.MAX_VALUE));
      }
    }
  }

  @Test
  void nothingOfTheContentsIsInWhatIsKept() throws DinofsException {
    String secret = "nobody reads this ";
    byte[] encrypted = cipher.encrypt(Bytes.utf8(secret.repeat(9)).asBuffer()).toArray();
    String seen = new String(encrypted, StandardCharsets.ISO_8859_1);
    assertFalse(seen.contains("nobody"));
  }

  @Test
  void contentsThatAStoreCouldNotTakeAreRefused() {
    ByteBuffer large = ByteBuffer.allocate(Store.MAX_VALUE_BYTES - 100);
    DinofsException e = assertThrows(DinofsException.class, () -> cipher.encrypt(large));
    assertEquals(ErrorKind.TOO_BIG, e.kind());
  }

  @Test
  void aNewKeyEncryptsAndTheOldOnesStillDecrypt() throws DinofsException {
    ByteBuffer contents = ByteBuffer.wrap(random(100));
    Bytes before = cipher.encrypt(contents);
    KeyFile.add(file);
    FileCipher next = new FileCipher(KeyRing.open(file));
    Bytes after = next.encrypt(contents);
    assertNotEquals(before, after);
    assertEquals(Bytes.copyOf(contents), next.decrypt(before));
    assertEquals(before, cipher.encrypt(contents), "who runs on encrypts as before");
  }
}
