package io.dinofs.crypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.KeyIds;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.memory.MemoryVersionedStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class VolumeEncryptionTest {
  @TempDir Path directory;
  private final VersionedStore volume = new MemoryVersionedStore();
  private final VolumeEncryption encryption = new VolumeEncryption(volume);
  private Path file;

  @BeforeEach
  void makeAKey() throws DinofsException {
    file = directory.resolve("keys");
    KeyFile.create(file);
  }

  @AfterEach
  void close() throws DinofsException {
    volume.close();
  }

  private void makeAFile() throws DinofsException {
    RecordKey name = RecordKey.entry(InodeId.ROOT, Name.of("file"));
    Bytes entry = new DirectoryEntry(new InodeId(7), FileType.REGULAR).encode();
    volume.commit(
        new Commit(
            new CommitId(NodeId.random(), 1),
            List.of(new Mutation.Put(name, Version.ABSENT, entry))));
  }

  private KeyIds ids() throws DinofsException {
    var record = volume.get(List.of(RecordKey.keys()), Children.WITHOUT_ATTRIBUTES).records();
    return KeyIds.decode(record.get(0).value().orElseThrow());
  }

  private static void assertRefused(ErrorKind kind, String reason, Executable mount) {
    DinofsException e = assertThrows(DinofsException.class, mount);
    assertEquals(kind, e.kind());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void anEmptyVolumeBecomesEncryptedAndThenNeedsItsKey() throws DinofsException {
    encryption.requireNone();
    KeyRing keys = KeyRing.open(file);
    encryption.open(keys, false);
    assertEquals(List.of(keys.newest().id()), ids().ids());
    makeAFile();
    encryption.open(KeyRing.open(file), false);
    encryption.open(KeyRing.open(file), true);
    assertRefused(ErrorKind.ACCESS_DENIED, "--encrypt", encryption::requireNone);
    Path other = directory.resolve("other");
    KeyFile.create(other);
    KeyRing wrong = KeyRing.open(other);
    assertRefused(ErrorKind.ACCESS_DENIED, "lacks key", () -> encryption.open(wrong, false));
    assertEquals(List.of(keys.newest().id()), ids().ids());
  }

  @Test
  void aVolumeWithFilesThatAreNotEncryptedStaysAsItIs() throws DinofsException {
    makeAFile();
    KeyRing keys = KeyRing.open(file);
    assertRefused(ErrorKind.INVALID, "not encrypted", () -> encryption.open(keys, false));
    encryption.requireNone();
  }

  @Test
  void whoMayNotWriteMakesNoVolumeEncrypted() throws DinofsException {
    KeyRing keys = KeyRing.open(file);
    assertRefused(ErrorKind.INVALID, "not encrypted", () -> encryption.open(keys, true));
    encryption.requireNone();
  }

  @Test
  void aNewKeyIsNotedAndEveryNodeNeedsItFromThen() throws DinofsException {
    KeyRing early = KeyRing.open(file);
    encryption.open(early, false);
    KeyFile.add(file);
    KeyRing keys = KeyRing.open(file);
    encryption.open(keys, true);
    encryption.open(early, false);
    encryption.open(keys, false);
    assertEquals(List.of(early.newest().id(), keys.newest().id()), ids().ids());
    assertRefused(ErrorKind.ACCESS_DENIED, "lacks key", () -> encryption.open(early, false));
  }

  @Test
  void ofTwoFirstMountsWithDifferentKeysOneIsRefused() throws DinofsException {
    Path other = directory.resolve("other");
    KeyFile.create(other);
    encryption.open(KeyRing.open(file), false);
    KeyRing late = KeyRing.open(other);
    assertRefused(ErrorKind.ACCESS_DENIED, "lacks key", () -> encryption.open(late, false));
    ByteBuffer contents = ByteBuffer.wrap(new byte[] {1, 2, 3});
    var cipher = encryption.open(KeyRing.open(file), false);
    assertEquals(Bytes.copyOf(contents), cipher.decrypt(cipher.encrypt(contents)));
  }
}
