package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for contents holds for encrypted ones. */
class EncryptedContentsTest extends FileContentsTest {
  @Override
  boolean encrypted() {
    return true;
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 4090, 10_000, 3_000_000})
  void whatSomebodyWithoutTheKeyHasWrittenIsNotServed(int bytes) throws DinofsException {
    Set<OpenFlag> write = Set.of(OpenFlag.WRITE);
    try (FileSystem intruder = volume.mountWithoutKey()) {
      FileHandle planted =
          intruder.create(Caller.ROOT, InodeId.ROOT, Name.of("planted"), 0644, write).handle();
      intruder.write(planted, ByteBuffer.allocate(bytes), 0);
      intruder.release(planted);
    }
    InodeId inode = a.lookup(InodeId.ROOT, Name.of("planted")).inode();
    FileHandle handle = a.open(Caller.ROOT, inode, Set.of(OpenFlag.READ));
    DinofsException e =
        assertThrows(DinofsException.class, () -> a.read(handle, ByteBuffer.allocate(bytes), 0));
    assertEquals(ErrorKind.CORRUPT, e.kind());
    a.release(handle);
  }
}
