package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Manifest;
import io.dinofs.model.Name;
import io.dinofs.vfs.ExtendedAttributes.XattrMode;
import io.dinofs.vfs.FileSystem.Created;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnnamedFilesTest extends TwoNodes {
  private static final InodeId ROOT = InodeId.ROOT;
  private static final Name NAME = Name.of("named");
  private static final Set<OpenFlag> READ_WRITE = EnumSet.of(OpenFlag.READ, OpenFlag.WRITE);
  private static final Caller ALICE = new Caller(1000, 1000, 0, 0022);
  private static final Bytes COLOUR = Bytes.utf8("user.colour");

  @Test
  void aFileWithoutANameIsUsableAndLeavesNothing() throws DinofsException {
    Created made = a.createUnnamed(ALICE, ROOT, 0666, READ_WRITE);
    assertEquals(0, made.node().attributes().nlink());
    assertEquals(0644, made.node().attributes().mode());
    write(made.handle(), "text");
    assertEquals(4, a.getAttributes(made.handle()).size());
    a.fsync(made.handle());
    a.release(made.handle());
    assertEquals(0, b.getAttributes(ROOT).entries());
    fails(ErrorKind.STALE_HANDLE, () -> a.getAttributes(made.node().inode()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 5000, Manifest.CHUNK_BYTES + 1})
  void itsFirstNameShowsAllOfItOnOtherNodes(int length) throws DinofsException {
    Created made = a.createUnnamed(ALICE, ROOT, 0600, READ_WRITE);
    write(made.handle(), "x".repeat(length));
    InodeId inode = made.node().inode();
    a.setAttributes(ALICE, inode, AttributeChange.NONE.withMode(0640));
    a.setXattr(ALICE, inode, COLOUR, Bytes.utf8("red"), XattrMode.ANY, Privileges.KEEP);
    a.link(ALICE, inode, ROOT, NAME);
    Attributes seen = b.lookup(ROOT, NAME).attributes();
    assertEquals(inode, b.lookup(ROOT, NAME).inode());
    assertEquals(1, seen.nlink());
    assertEquals(length, seen.size());
    assertEquals(0640, seen.mode());
    assertEquals(Bytes.utf8("red"), b.getXattr(inode, COLOUR));
    assertEquals("x".repeat(length), readAll(b));
    write(made.handle(), "y");
    a.release(made.handle());
    assertEquals("y", readAll(b).substring(0, 1));
  }

  @Test
  void itGetsMoreNamesAsAnyFileDoes() throws DinofsException {
    Created made = a.createUnnamed(ALICE, ROOT, 0600, READ_WRITE);
    InodeId inode = made.node().inode();
    a.link(ALICE, inode, ROOT, NAME);
    a.link(ALICE, inode, ROOT, Name.of("other"));
    assertEquals(2, b.getAttributes(inode).nlink());
    a.release(made.handle());
    assertEquals(2, b.getAttributes(inode).nlink());
  }

  @Test
  void aNameThatIsThereIsNotReplacedAndTheFileStaysUsable() throws DinofsException {
    b.makeDirectory(Caller.ROOT, ROOT, NAME, 0755);
    Created made = a.createUnnamed(ALICE, ROOT, 0600, READ_WRITE);
    write(made.handle(), "text");
    fails(ErrorKind.EXISTS, () -> a.link(ALICE, made.node().inode(), ROOT, NAME));
    a.link(ALICE, made.node().inode(), ROOT, Name.of("free"));
    assertEquals(4, b.lookup(ROOT, Name.of("free")).attributes().size());
    a.release(made.handle());
  }

  @Test
  void oneMadeExclusivelyNeverGetsAName() throws DinofsException {
    Created made =
        a.createUnnamed(
            ALICE, ROOT, 0600, EnumSet.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.EXCLUSIVE));
    fails(ErrorKind.STALE_HANDLE, () -> a.link(ALICE, made.node().inode(), ROOT, NAME));
    a.release(made.handle());
  }

  @Test
  void anOpenFileKeepsItsExtendedAttributesWhenItsLastNameGoes() throws DinofsException {
    Created made = a.create(ALICE, ROOT, NAME, 0600, READ_WRITE);
    InodeId inode = made.node().inode();
    a.setXattr(ALICE, inode, COLOUR, Bytes.utf8("red"), XattrMode.ANY, Privileges.KEEP);
    a.unlink(ALICE, ROOT, NAME);
    assertEquals(Bytes.utf8("red"), a.getXattr(inode, COLOUR));
    assertEquals(List.of(COLOUR), a.listXattrs(inode));
    a.removeXattr(ALICE, inode, COLOUR);
    fails(ErrorKind.NO_ATTRIBUTE, () -> a.getXattr(inode, COLOUR));
    fails(ErrorKind.STALE_HANDLE, () -> a.link(ALICE, inode, ROOT, NAME));
    a.release(made.handle());
  }

  private void write(FileHandle handle, String text) throws DinofsException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    a.write(handle, ByteBuffer.wrap(bytes), 0, Privileges.KEEP);
  }

  private static String readAll(FileSystem node) throws DinofsException {
    InodeId inode = node.lookup(ROOT, NAME).inode();
    FileHandle handle = node.open(Caller.ROOT, inode, EnumSet.of(OpenFlag.READ));
    ByteBuffer bytes = ByteBuffer.allocate(4 * Manifest.CHUNK_BYTES);
    int length = node.read(handle, bytes, 0);
    node.release(handle);
    return new String(bytes.array(), 0, length, StandardCharsets.US_ASCII);
  }

  private static void fails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }
}
