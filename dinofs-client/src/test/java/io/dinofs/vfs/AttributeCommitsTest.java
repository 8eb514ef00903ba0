package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Attributes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileSystem.Created;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many commits it takes to make a file as an archiver does. */
final class AttributeCommitsTest {
  private static final int MORE_THAN_A_RECORD_HOLDS = 5_000;

  @TempDir private Path directory;
  private TestVolume volume;
  private Instant now = Instant.ofEpochSecond(1_000_000);
  private FileSystem here;
  private FileSystem there;
  private int commits;

  @BeforeEach
  void mount() throws DinofsException {
    volume = new TestVolume(directory);
    here = volume.mountWithAccessTimes(() -> now);
    there = volume.mount();
    ((ChangeFeed) here).observe(observing -> new Counter());
  }

  @AfterEach
  void close() throws DinofsException {
    here.close();
    there.close();
    volume.close();
  }

  private final class Counter implements VolumeObserver {
    @Override
    public void changed(VolumeChange change) {
      commits++;
    }

    @Override
    public void reset(CommitNumber at) {}

    @Override
    public void collectKept(InodeSet kept) {}

    @Override
    public void appendsMoved(InodeId inode) {}

    @Override
    public void outcomeUnknown() {}
  }

  private Created create() throws DinofsException {
    return here.create(
        Caller.ROOT, InodeId.ROOT, Name.of("f"), 0600, EnumSet.of(OpenFlag.WRITE, OpenFlag.READ));
  }

  private void write(Created file, int bytes) throws DinofsException {
    here.write(file.handle(), ByteBuffer.wrap(new byte[bytes]), 0);
  }

  private Attributes set(Created file, AttributeChange change) throws DinofsException {
    return here.setAttributes(Caller.ROOT, file.handle(), change);
  }

  @Test
  void whatWasWrittenIsCommittedWithTheAttributesThatAreSetNext() throws DinofsException {
    Created file = create();
    write(file, MORE_THAN_A_RECORD_HOLDS);
    int before = commits;
    Attributes set = set(file, AttributeChange.NONE.withMode(0644));
    assertEquals(before + 1, commits);
    assertFalse(((ChangeFeed) here).isDirty(file.node().inode()));
    assertEquals(set, there.getAttributes(file.node().inode()));
    assertEquals(MORE_THAN_A_RECORD_HOLDS, set.size());
    here.flush(file.handle());
    here.release(file.handle());
    assertEquals(before + 1, commits);
  }

  @Test
  void attributesCanBeSetAlthoughThereIsNoRoomForWhatWasWritten() throws DinofsException {
    Created file = create();
    write(file, MORE_THAN_A_RECORD_HOLDS);
    volume.blobs.setFull(true);
    set(file, AttributeChange.NONE.withMode(0644));
    assertEquals(0644, there.getAttributes(file.node().inode()).mode());
    assertEquals(0, there.getAttributes(file.node().inode()).size());
    volume.blobs.setFull(false);
    here.release(file.handle());
    assertEquals(MORE_THAN_A_RECORD_HOLDS, there.getAttributes(file.node().inode()).size());
    assertEquals(0644, there.getAttributes(file.node().inode()).mode());
  }

  @Test
  void anOwnerThatStaysTheSameIsNoCommitAtTheTimeOfTheLastChange() throws DinofsException {
    Created file = create();
    AttributeChange sameOwner = AttributeChange.NONE.withUid(0).withGid(0);
    int before = commits;
    set(file, sameOwner);
    assertEquals(before, commits);
    now = now.plus(Duration.ofMillis(20));
    assertEquals(now, set(file, sameOwner).ctime());
    assertEquals(before + 1, commits);
    set(file, sameOwner.withUid(7));
    assertEquals(before + 2, commits);
    here.release(file.handle());
  }

  @Test
  void aNewFileTellsTheCommitThatMadeIt() throws DinofsException {
    Created made = create();
    assertTrue(made.node().isNew());
    Created found = create();
    assertFalse(found.node().isNew());
    here.release(made.handle());
    here.release(found.handle());
  }
}
