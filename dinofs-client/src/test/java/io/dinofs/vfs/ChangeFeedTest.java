package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Name;
import io.dinofs.vfs.ChangeFeed.Observation;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChangeFeedTest {
  private static final Name NAME = Name.of("name");
  private static final Name OTHER = Name.of("other");

  @TempDir private Path directory;
  private TestVolume volume;
  private FileSystem here;
  private FileSystem there;
  private Recorder recorder;
  private Observation observation;

  private static final class Recorder implements VolumeObserver {
    private final List<VolumeChange> changes = new ArrayList<>();
    private final List<InodeId> moved = new ArrayList<>();

    @Override
    public void changed(VolumeChange change) {
      changes.add(change);
    }

    @Override
    public void reset(CommitNumber at) {}

    @Override
    public void collectKept(InodeSet kept) {}

    @Override
    public void appendsMoved(InodeId inode) {
      moved.add(inode);
    }

    @Override
    public void outcomeUnknown() {}

    private List<VolumeChange.Effect> last() {
      return changes.get(changes.size() - 1).effects();
    }
  }

  @BeforeEach
  void mount() throws DinofsException {
    volume = new TestVolume(directory);
    here = volume.mount();
    there = volume.mount();
    recorder = new Recorder();
    observation = ((ChangeFeed) here).observe(observing -> recorder);
  }

  @AfterEach
  void close() throws DinofsException {
    here.close();
    there.close();
    volume.close();
  }

  private static FileSystem.Created create(FileSystem files, OpenFlag... flags)
      throws DinofsException {
    EnumSet<OpenFlag> all = EnumSet.of(OpenFlag.WRITE, flags);
    return files.create(Caller.ROOT, InodeId.ROOT, NAME, 0644, all);
  }

  @Test
  void aNewFileIsANameAndAttributes() throws DinofsException {
    FileSystem.Created created = create(there);
    InodeId inode = created.node().inode();
    assertTrue(
        recorder
            .last()
            .contains(new VolumeChange.EntryChanged(InodeId.ROOT, NAME, Optional.of(inode))));
    assertTrue(recorder.last().stream().anyMatch(effect -> isOfAttributes(effect, inode)));
    assertTrue(recorder.last().stream().anyMatch(effect -> isOfAttributes(effect, InodeId.ROOT)));
    there.release(created.handle());
  }

  private static boolean isOfAttributes(VolumeChange.Effect effect, InodeId inode) {
    return effect instanceof VolumeChange.AttributesChanged changed
        && changed.inode().equals(inode);
  }

  @Test
  void theLastNameTakesTheInodeWithIt() throws DinofsException {
    FileSystem.Created created = create(there);
    there.release(created.handle());
    there.unlink(Caller.ROOT, InodeId.ROOT, NAME);
    assertTrue(
        recorder
            .last()
            .containsAll(
                List.of(
                    new VolumeChange.EntryChanged(InodeId.ROOT, NAME, Optional.empty()),
                    new VolumeChange.InodeRemoved(created.node().inode()))));
  }

  @Test
  void aDirectoryThatMovesHasAnotherParent() throws DinofsException {
    InodeId moved = there.makeDirectory(Caller.ROOT, InodeId.ROOT, NAME, 0755).inode();
    InodeId target = there.makeDirectory(Caller.ROOT, InodeId.ROOT, OTHER, 0755).inode();
    there.rename(Caller.ROOT, InodeId.ROOT, NAME, target, NAME, FileSystem.RenameMode.REPLACE);
    assertTrue(recorder.last().contains(new VolumeChange.ParentChanged(moved)));
  }

  @Test
  void aFileIsDirtyUntilItIsCommitted() throws DinofsException {
    FileSystem.Created created = create(here);
    InodeId inode = created.node().inode();
    assertFalse(((ChangeFeed) here).isDirty(inode));
    here.write(created.handle(), ByteBuffer.wrap(new byte[10]), 0);
    assertTrue(((ChangeFeed) here).isDirty(inode));
    here.flush(created.handle());
    assertFalse(((ChangeFeed) here).isDirty(inode));
    here.release(created.handle());
  }

  @Test
  void bytesThatAreAppendedBehindThoseOfAnotherNodeAreToldToHaveMoved() throws DinofsException {
    FileSystem.Created created = create(here, OpenFlag.APPEND);
    InodeId inode = created.node().inode();
    here.write(created.handle(), ByteBuffer.wrap(new byte[10]), 0);
    assertEquals(List.of(), recorder.moved);
    FileSystem.FileHandle other =
        there.open(Caller.ROOT, inode, EnumSet.of(OpenFlag.WRITE, OpenFlag.APPEND));
    there.write(other, ByteBuffer.wrap(new byte[5]), 0);
    there.release(other);
    here.release(created.handle());
    assertEquals(List.of(inode), recorder.moved);
    assertEquals(15, here.getAttributes(inode).size());
  }

  @Test
  void thereIsOneObserverAtATime() {
    ChangeFeed feed = (ChangeFeed) here;
    assertThrows(IllegalStateException.class, () -> feed.observe(observing -> recorder));
    observation.close();
    feed.observe(observing -> recorder).close();
  }
}
