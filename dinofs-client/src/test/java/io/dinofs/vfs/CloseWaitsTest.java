package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.store.Key;
import io.dinofs.store.WriteBack;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What close(2) waits for, with write-back and without. */
class CloseWaitsTest {
  private static final int BYTES = Content.Inline.MAX_BYTES + 1;

  @TempDir Path directory;
  private final FullServer uploads = new FullServer();
  private TestVolume volume;

  @BeforeEach
  void open() throws DinofsException {
    volume = new TestVolume(directory);
  }

  @AfterEach
  void close() throws DinofsException {
    volume.close();
  }

  @Test
  void withWriteBackACloseDoesNotWaitForTheUpload() throws DinofsException {
    try (FileSystem node = volume.mount(volume.records, uploads, false)) {
      node.flush(written(node));
      assertTrue(uploads.awaited.isEmpty());
    }
  }

  @Test
  void withoutWriteBackACloseWaitsForTheUploadAndTellsItsFailure() throws DinofsException {
    try (FileSystem node = volume.mount(volume.records, uploads, true)) {
      FileHandle handle = written(node);
      DinofsException failure = assertThrows(DinofsException.class, () -> node.flush(handle));
      assertEquals(ErrorKind.NO_SPACE, failure.kind());
      assertEquals(1, uploads.awaited.size());
    }
  }

  @Test
  void withoutWriteBackTheCloseOfAFileOpenForReadingWaitsForNothing() throws DinofsException {
    try (FileSystem node = volume.mount(volume.records, uploads, true)) {
      FileHandle handle = written(node);
      node.flush(node.open(Caller.ROOT, handle.inode(), EnumSet.of(OpenFlag.READ)));
      assertTrue(uploads.awaited.isEmpty());
    }
  }

  private static FileHandle written(FileSystem node) throws DinofsException {
    FileHandle handle =
        node.create(Caller.ROOT, InodeId.ROOT, Name.of("file"), 0644, EnumSet.of(OpenFlag.WRITE))
            .handle();
    node.write(handle, ByteBuffer.allocate(BYTES), 0);
    return handle;
  }

  /** A blob server without space. */
  private static final class FullServer implements WriteBack {
    private final List<Key> awaited = new ArrayList<>();

    @Override
    public void awaitPropagated(Collection<Key> keys, Duration limit) throws DinofsException {
      awaited.addAll(keys);
      throw new DinofsException(ErrorKind.NO_SPACE, "the test lets the server be full");
    }

    @Override
    public int pendingCount() {
      return awaited.size();
    }
  }
}
