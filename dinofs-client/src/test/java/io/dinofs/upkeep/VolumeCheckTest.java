package io.dinofs.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Attributes;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.KeyIds;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.Key;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumeCheckTest {
  @TempDir private Path temporary;
  private TestVolume volume;
  private InodeId directory;
  private InodeId file;
  private BlobKey blob;

  @BeforeEach
  void open() throws Exception {
    volume = new TestVolume(temporary);
    directory = volume.directory(InodeId.ROOT, "d");
    blob = volume.blob("contents");
    file = volume.file(directory, "f", new Content.SingleBlob(blob));
    BlobKey manifest = volume.manifest(blob, volume.blob("more"));
    volume.file(directory, "g", new Content.Chunked(manifest));
  }

  @AfterEach
  void close() throws Exception {
    volume.close();
  }

  @Test
  void nothingIsWrongWithAVolumeAsItShouldBe() throws Exception {
    VolumeCheck.Result result = check(true, false);
    assertEquals(List.of(), result.found());
    assertEquals(4, result.inodes());
    assertEquals(3, result.blobs());
  }

  @Test
  void anEntryWithoutItsInodeIsRemoved() throws Exception {
    volume.commit(volume.delete(RecordKey.attributes(file)));
    assertRepaired(Problem.Kind.DANGLING_ENTRY);
    assertTrue(!volume.read(entry(directory, "f")).isPresent());
  }

  @Test
  void anInodeWithoutANameComesToLostAndFound() throws Exception {
    volume.commit(
        volume.delete(entry(directory, "f")),
        new Mutation.TouchDirectory(directory, -1, 0, TestVolume.NOW));
    assertRepaired(Problem.Kind.NO_NAME);
    assertEquals(file, childOf(lostAndFound(), "#" + file));
    assertEquals(blob, ((Content.SingleBlob) volume.attributes(file).content()).key());
  }

  @Test
  void aDirectoryWithoutANameComesToLostAndFoundWithWhatIsInIt() throws Exception {
    volume.commit(
        volume.delete(entry(InodeId.ROOT, "d")),
        new Mutation.TouchDirectory(InodeId.ROOT, -1, -1, TestVolume.NOW));
    assertRepaired(Problem.Kind.NO_NAME);
    assertEquals(directory, childOf(lostAndFound(), "#" + directory));
    assertEquals(file, childOf(directory, "f"));
  }

  @Test
  void wrongCountsAreCorrected() throws Exception {
    Attributes attributes = volume.attributes(directory);
    volume.setAttributes(directory, attributes.toBuilder().nlink(9).entries(7).xattrs(5).build());
    volume.setAttributes(file, volume.attributes(file).toBuilder().nlink(3).build());
    assertRepaired(Problem.Kind.COUNT);
    assertEquals(attributes, volume.attributes(directory));
    assertEquals(1, volume.attributes(file).nlink());
  }

  @Test
  void anEntryOfTheWrongTypeIsCorrected() throws Exception {
    volume.commit(
        volume.put(entry(directory, "f"), new DirectoryEntry(file, FileType.FIFO).encode()));
    assertRepaired(Problem.Kind.ENTRY_TYPE);
  }

  @Test
  void aDirectoryKeepsTheNameInItsParent() throws Exception {
    InodeId other = volume.directory(InodeId.ROOT, "other");
    volume.commit(
        volume.put(entry(other, "d"), new DirectoryEntry(directory, FileType.DIRECTORY).encode()),
        new Mutation.TouchDirectory(other, 1, 1, TestVolume.NOW));
    assertRepaired(Problem.Kind.SEVERAL_NAMES);
    assertEquals(directory, childOf(InodeId.ROOT, "d"));
    assertTrue(!volume.read(entry(other, "d")).isPresent());
    assertEquals(2, volume.attributes(other).nlink());
  }

  @Test
  void aWrongParentIsCorrected() throws Exception {
    volume.commit(volume.put(RecordKey.parent(directory), directory.encode()));
    assertRepaired(Problem.Kind.PARENT);
    volume.commit(volume.delete(RecordKey.parent(directory)));
    assertRepaired(Problem.Kind.PARENT);
  }

  @Test
  void directoriesThatContainEachOtherComeToLostAndFound() throws Exception {
    InodeId inner = volume.directory(directory, "inner");
    volume.commit(
        volume.delete(entry(InodeId.ROOT, "d")),
        new Mutation.TouchDirectory(InodeId.ROOT, -1, -1, TestVolume.NOW),
        volume.put(entry(inner, "d"), new DirectoryEntry(directory, FileType.DIRECTORY).encode()),
        volume.put(RecordKey.parent(directory), inner.encode()),
        new Mutation.TouchDirectory(inner, 1, 1, TestVolume.NOW));
    assertRepaired(Problem.Kind.LOOP);
    assertTrue(volume.attributes(lostAndFound()).entries() == 1);
  }

  @Test
  void whatIsLeftOfAnInodeWithoutAttributesIsKept() throws Exception {
    volume.commit(
        volume.delete(RecordKey.attributes(directory)),
        volume.put(RecordKey.data(new InodeId(1000)), Bytes.utf8("small")),
        volume.put(VolumeFormat.NEXT_INODE, new Counter(2000).encode()));
    assertRepaired(Problem.Kind.NO_ATTRIBUTES);
    assertEquals(file, childOf(directory, "f"));
    assertEquals(new InodeId(1000), childOf(lostAndFound(), "#1000"));
    assertEquals(5, volume.attributes(new InodeId(1000)).size());
  }

  @Test
  void theKeysOfAnEncryptedVolumeAreNoProblem() throws Exception {
    volume.commit(volume.put(RecordKey.keys(), new KeyIds(List.of(7L)).encode()));
    assertEquals(List.of(), check(true, false).found());
    volume.commit(
        volume.delete(RecordKey.attributes(directory)),
        volume.put(RecordKey.data(new InodeId(1000)), Bytes.utf8("x".repeat(65))),
        volume.put(VolumeFormat.NEXT_INODE, new Counter(2000).encode()));
    assertRepaired(Problem.Kind.NO_ATTRIBUTES);
    assertEquals(5, volume.attributes(new InodeId(1000)).size());
  }

  @Test
  void theNextInodeIsNoneThatThereIs() throws Exception {
    InodeId ahead = new InodeId(1000);
    volume.commit(
        volume.put(
            RecordKey.attributes(ahead),
            volume.read(RecordKey.attributes(file)).value().orElseThrow()),
        volume.put(
            entry(InodeId.ROOT, "ahead"), new DirectoryEntry(ahead, FileType.REGULAR).encode()),
        new Mutation.TouchDirectory(InodeId.ROOT, 1, 0, TestVolume.NOW));
    assertRepaired(Problem.Kind.NEXT_INODE);
  }

  @Test
  void contentsOfASmallFileThatIsNoneAreRemoved() throws Exception {
    volume.commit(volume.put(RecordKey.data(file), Bytes.utf8("stray")));
    assertRepaired(Problem.Kind.STRAY_DATA);
  }

  @Test
  void lostContentsAreToldAndCannotBeRepaired() throws Exception {
    Content small = new Content.InRecord(BlobKey.of(Bytes.utf8("small").asBuffer()));
    volume.setAttributes(file, volume.attributes(file).toBuilder().content(small).build());
    assertLeft(Problem.Kind.DATA);
    volume.commit(volume.put(RecordKey.data(file), Bytes.utf8("smalL")));
    assertLeft(Problem.Kind.DATA);
  }

  @Test
  void aMissingBlobIsTold() throws Exception {
    volume.disk.delete(Key.ofBlob(blob));
    assertLeft(Problem.Kind.MISSING_BLOB);
  }

  @Test
  void aDamagedBlobIsToldWhenDataAreVerified() throws Exception {
    volume.damage(blob);
    assertEquals(List.of(), check(false, false).found());
    assertEquals(
        List.of(Problem.Kind.DAMAGED_BLOB),
        check(true, true).left().stream().map(Problem::kind).toList());
  }

  /** A check finds problems, one of them of {@code kind}; repair leaves none. */
  private void assertRepaired(Problem.Kind kind) throws DinofsException {
    List<Problem> told = check(false, false).found();
    assertTrue(told.stream().anyMatch(problem -> problem.kind() == kind), told::toString);
    VolumeCheck.Result result = check(false, true);
    assertEquals(told, result.found());
    assertEquals(List.of(), result.left());
    assertEquals(List.of(), check(false, false).found());
  }

  private void assertLeft(Problem.Kind kind) throws DinofsException {
    assertEquals(
        List.of(kind), check(false, true).left().stream().map(Problem::kind).distinct().toList());
  }

  private VolumeCheck.Result check(boolean verifyData, boolean repair) throws DinofsException {
    return new VolumeCheck(volume.records, () -> TestVolume.NOW, Progress.NONE)
        .check(volume.disk, volume.blobs, verifyData, repair);
  }

  private InodeId lostAndFound() throws DinofsException {
    return childOf(InodeId.ROOT, "lost+found");
  }

  private InodeId childOf(InodeId parent, String name) throws DinofsException {
    return DirectoryEntry.decode(volume.read(entry(parent, name)).value().orElseThrow()).child();
  }

  private static RecordKey entry(InodeId parent, String name) {
    return RecordKey.entry(parent, Name.of(name));
  }
}
