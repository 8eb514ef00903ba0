package io.dinofs.vfs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Manifest;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.content.EncryptedPieces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what was written while the metadata server is away. */
class UnsavedFilesTest {
  private static final Set<OpenFlag> READ_WRITE = EnumSet.of(OpenFlag.READ, OpenFlag.WRITE);
  private static final Name NAME = Name.of("file");

  @TempDir Path directory;
  private TestVolume volume;
  private AwayStore records;
  private FileSystem node;

  @BeforeEach
  void mount() throws DinofsException {
    volume = new TestVolume(directory);
    records = new AwayStore(volume.records);
    node = volume.mount(records.store());
  }

  @AfterEach
  void close() throws DinofsException {
    volume.close();
  }

  @Test
  void ofAnEncryptedVolumeItIsThereEncrypted() throws IOException {
    byte[] contents = new byte[2 * Manifest.CHUNK_BYTES + 5];
    new Random(7).nextBytes(contents);
    try (TestVolume encrypted = TestVolume.encrypted(directory.resolve("encrypted"))) {
      AwayStore away = new AwayStore(encrypted.records);
      FileSystem writer = encrypted.mount(away.store());
      FileHandle handle = writer.create(Caller.ROOT, InodeId.ROOT, NAME, 0644, READ_WRITE).handle();
      writer.write(handle, ByteBuffer.wrap(contents), 0);
      away.setAway(true);
      assertThrows(DinofsException.class, writer::close);
      Path kept;
      try (Stream<Path> copies = Files.list(encrypted.lostAndFound)) {
        kept = copies.findFirst().orElseThrow().resolve("contents.encrypted");
      }
      Path target = directory.resolve("decrypted");
      assertEquals(contents.length, EncryptedPieces.restore(kept, encrypted.cipher(), target));
      assertArrayEquals(contents, Files.readAllBytes(target));
      Files.write(kept, new byte[] {1}, StandardOpenOption.APPEND);
      Path damaged = directory.resolve("damaged");
      assertThrows(
          IOException.class, () -> EncryptedPieces.restore(kept, encrypted.cipher(), damaged));
      assertTrue(Files.notExists(damaged));
    }
  }

  @Test
  void whatCouldNotBeCommittedWhenItEndsIsInLostAndFound() throws IOException {
    byte[] contents = new byte[2 * Manifest.CHUNK_BYTES + 5];
    new Random(7).nextBytes(contents);
    FileHandle handle = create();
    node.write(handle, ByteBuffer.wrap(contents), 0);
    records.setAway(true);
    assertThrows(DinofsException.class, () -> node.flush(handle));
    assertThrows(DinofsException.class, () -> node.fsync(handle));
    assertThrows(DinofsException.class, () -> node.release(handle));
    DinofsException failure = assertThrows(DinofsException.class, node::close);
    assertEquals(ErrorKind.UNAVAILABLE, failure.kind());
    assertTrue(failure.getMessage().contains(volume.lostAndFound.toString()), failure::getMessage);
    Path kept = onlyKept();
    assertArrayEquals(contents, Files.readAllBytes(kept.resolve("contents")));
    String about = Files.readString(kept.resolve("about"), StandardCharsets.UTF_8);
    for (String expected :
        List.of(
            "volume: " + volume.records.volume(),
            "inode: " + handle.inode(),
            "path: /file",
            "reason: " + AwayStore.REASON,
            "size of the file: " + contents.length,
            "whole file: yes")) {
      assertTrue(about.contains(expected + "\n"), about);
    }
  }

  @Test
  void ofAFileThatIsStillOpenWhenItEndsWhatWasWrittenIsKept() throws IOException {
    FileHandle handle = create();
    node.write(handle, ByteBuffer.wrap(bytes("0123456789")), 0);
    node.flush(handle);
    node.write(handle, ByteBuffer.wrap(bytes("xx")), 4);
    records.setAway(true);
    assertThrows(DinofsException.class, node::close);
    Path kept = onlyKept();
    String about = Files.readString(kept.resolve("about"), StandardCharsets.UTF_8);
    assertTrue(about.contains("whole file: no\n"), about);
    assertTrue(about.contains("written, first byte and length: 4 2\n"), about);
    assertArrayEquals(bytes("\0\0\0\0xx"), Files.readAllBytes(kept.resolve("contents")));
  }

  @Test
  void aCopyIsThereBeforeItEndsAndGoesWhenTheFileIsCommitted() throws IOException {
    FileHandle handle = create();
    node.write(handle, ByteBuffer.wrap(bytes("hello")), 0);
    records.setAway(true);
    assertThrows(DinofsException.class, () -> node.release(handle));
    await().until(() -> kept().size() == 1);
    assertArrayEquals(bytes("hello"), Files.readAllBytes(onlyKept().resolve("contents")));
    records.setAway(false);
    await().until(() -> kept().isEmpty());
    assertEquals(5, node.lookup(InodeId.ROOT, NAME).attributes().size());
    node.close();
  }

  @Test
  void whatIsWrittenAgainIsCopiedAgain() throws IOException {
    FileHandle handle = create();
    node.write(handle, ByteBuffer.wrap(bytes("hello")), 0);
    records.setAway(true);
    assertThrows(DinofsException.class, () -> node.release(handle));
    await().until(() -> kept().size() == 1);
    FileHandle again = node.open(Caller.ROOT, handle.inode(), READ_WRITE);
    node.write(again, ByteBuffer.wrap(bytes("HE")), 0);
    assertThrows(DinofsException.class, () -> node.release(again));
    assertThrows(DinofsException.class, node::close);
    assertArrayEquals(bytes("HEllo"), Files.readAllBytes(onlyKept().resolve("contents")));
  }

  @Test
  void whereNothingIsWrongNothingIsKept() throws IOException {
    FileHandle handle = create();
    node.write(handle, ByteBuffer.wrap(bytes("hello")), 0);
    node.close();
    assertEquals(List.of(), kept());
  }

  private FileHandle create() throws DinofsException {
    return node.create(Caller.ROOT, InodeId.ROOT, NAME, 0644, READ_WRITE).handle();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private Path onlyKept() throws IOException {
    assertEquals(1, kept().size(), () -> "in " + volume.lostAndFound);
    return kept().get(0);
  }

  private List<Path> kept() throws IOException {
    if (!Files.exists(volume.lostAndFound)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(volume.lostAndFound)) {
      return files.filter(file -> file.getFileName().toString().startsWith("inode-")).toList();
    }
  }
}
