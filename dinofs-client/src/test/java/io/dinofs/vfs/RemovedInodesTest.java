package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Calls that name an inode which another node has removed since it was looked up. */
class RemovedInodesTest extends TwoNodes {
  private static final Name NAME = Name.of("name");
  private static final Name OTHER = Name.of("other");

  @Test
  void aFifoThatWasLookedUpHasItsLastAttributesAndNoLinks() throws DinofsException {
    a.makeNode(Caller.ROOT, InodeId.ROOT, NAME, FileType.FIFO, 0600, 0);
    InodeId fifo = b.lookup(InodeId.ROOT, NAME).inode();
    a.setAttributes(Caller.ROOT, fifo, AttributeChange.NONE.withMode(0644));
    a.unlink(Caller.ROOT, InodeId.ROOT, NAME);
    for (FileSystem node : new FileSystem[] {a, b}) {
      Attributes attributes = node.getAttributes(fifo);
      assertEquals(FileType.FIFO, attributes.type());
      assertEquals(0644, attributes.mode());
      assertEquals(0, attributes.nlink());
    }
  }

  @Test
  void aDirectoryThatIsGoneCanBeAskedForAndChangedButNotUsed() throws DinofsException {
    InodeId gone = a.makeDirectory(Caller.ROOT, InodeId.ROOT, NAME, 0755).inode();
    b.removeDirectory(Caller.ROOT, InodeId.ROOT, NAME);
    a.setAttributes(Caller.ROOT, gone, AttributeChange.NONE.withMode(0700));
    assertEquals(0700, a.getAttributes(gone).mode());
    assertEquals(0, a.getAttributes(gone).nlink());
    DinofsException refused =
        assertThrows(DinofsException.class, () -> a.makeDirectory(Caller.ROOT, gone, OTHER, 0755));
    assertEquals(ErrorKind.NOT_FOUND, refused.kind());
  }

  @Test
  void whatWasNeverMetIsStale() throws DinofsException {
    InodeId gone = a.makeDirectory(Caller.ROOT, InodeId.ROOT, NAME, 0755).inode();
    a.removeDirectory(Caller.ROOT, InodeId.ROOT, NAME);
    DinofsException refused = assertThrows(DinofsException.class, () -> b.getAttributes(gone));
    assertEquals(ErrorKind.STALE_HANDLE, refused.kind());
  }

  @Test
  void aSmallFileThatIsReplacedBetweenLookUpAndOpenIsReadAsItWas() throws DinofsException {
    write(NAME, "old");
    InodeId old = b.lookup(InodeId.ROOT, NAME).inode();
    write(OTHER, "new");
    a.rename(Caller.ROOT, InodeId.ROOT, OTHER, InodeId.ROOT, NAME, FileSystem.RenameMode.REPLACE);
    assertEquals("old", read(b, old));
  }

  @Test
  void aLargeFileThatIsReplacedBetweenLookUpAndOpenIsReadAsItWas() throws DinofsException {
    String contents = "0123456789".repeat(1000);
    write(NAME, contents);
    InodeId old = b.lookup(InodeId.ROOT, NAME).inode();
    a.unlink(Caller.ROOT, InodeId.ROOT, NAME);
    assertEquals(contents, read(b, old));
  }

  @Test
  void whatIsWrittenToAReplacedFileLeavesTheNewOneAlone() throws DinofsException {
    write(NAME, "old");
    InodeId old = b.lookup(InodeId.ROOT, NAME).inode();
    write(OTHER, "new");
    a.rename(Caller.ROOT, InodeId.ROOT, OTHER, InodeId.ROOT, NAME, FileSystem.RenameMode.REPLACE);
    FileHandle handle = b.open(Caller.ROOT, old, EnumSet.of(OpenFlag.WRITE, OpenFlag.TRUNCATE));
    b.write(handle, ByteBuffer.wrap(new byte[1]), 0);
    b.release(handle);
    assertEquals("new", read(b, b.lookup(InodeId.ROOT, NAME).inode()));
  }

  @Test
  void aRegularFileThatWasMetLongAgoIsStale() {
    AtomicLong now = new AtomicLong();
    RecentInodes recent = new RecentInodes(now::get);
    InodeId inode = new InodeId(7);
    recent.met(inode, Attributes.create(FileType.REGULAR, 0644, 0, 0, 0, Instant.EPOCH));
    assertEquals(0, recent.attributes(inode).orElseThrow().nlink());
    now.addAndGet(TimeUnit.SECONDS.toNanos(11));
    assertEquals(Optional.empty(), recent.attributesWithData(inode));
  }

  private void write(Name name, String contents) throws DinofsException {
    FileSystem.Created created =
        a.create(Caller.ROOT, InodeId.ROOT, name, 0644, Set.of(OpenFlag.WRITE));
    byte[] bytes = contents.getBytes(StandardCharsets.UTF_8);
    a.write(created.handle(), ByteBuffer.wrap(bytes), 0);
    a.release(created.handle());
  }

  private static String read(FileSystem node, InodeId inode) throws DinofsException {
    FileHandle handle = node.open(Caller.ROOT, inode, Set.of(OpenFlag.READ));
    ByteBuffer target = ByteBuffer.allocate(20_000);
    int length = node.read(handle, target, 0);
    node.release(handle);
    return Bytes.copyOf(target.flip().limit(length)).toUtf8();
  }
}
