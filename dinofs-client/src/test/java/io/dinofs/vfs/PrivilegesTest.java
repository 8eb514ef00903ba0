package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.ExtendedAttributes.XattrMode;
import io.dinofs.vfs.FileSystem.Created;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivilegesTest {
  private static final Bytes CAPABILITY = Bytes.utf8("security.capability");
  private static final Caller ALICE = new Caller(1000, 1000, 0, 0);
  private static final Caller OUTSIDER = new Caller(1000, 2000, 0, 0);

  @TempDir Path directory;
  private TestVolume volume;
  private FileSystem node;
  private Created made;
  private InodeId inode;

  @BeforeEach
  void makeAProgram() throws DinofsException {
    volume = new TestVolume(directory);
    node = volume.mount();
    made =
        node.create(
            ALICE,
            InodeId.ROOT,
            Name.of("program"),
            06755,
            EnumSet.of(OpenFlag.READ, OpenFlag.WRITE));
    inode = made.node().inode();
    node.setXattr(
        Caller.ROOT, inode, CAPABILITY, Bytes.utf8("all"), XattrMode.ANY, Privileges.KEEP);
  }

  @AfterEach
  void unmount() throws DinofsException {
    node.release(made.handle());
    node.close();
    volume.close();
  }

  @Test
  void aWriteThatMayNotKeepThemTakesSetIdsAndCapabilities() throws DinofsException {
    write(Privileges.DROP);
    assertEquals(0755, mode());
    assertEquals(List.of(), node.listXattrs(inode));
  }

  @Test
  void aWriteThatMayKeepThemTakesCapabilitiesOnly() throws DinofsException {
    write(Privileges.KEEP);
    assertEquals(06755, mode());
    assertEquals(List.of(), node.listXattrs(inode));
  }

  @Test
  void setGroupIdStaysWhereItsGroupMayNotExecute() throws DinofsException {
    chmod(06745);
    write(Privileges.DROP);
    assertEquals(02745, mode());
  }

  @Test
  void aNewSizeTakesThemAsAWriteDoes() throws DinofsException {
    node.setAttributes(ALICE, inode, AttributeChange.NONE.withSize(5));
    assertEquals(06755, mode());
    assertEquals(List.of(), node.listXattrs(inode));
    node.setAttributes(
        ALICE, inode, AttributeChange.NONE.withSize(6).withPrivileges(Privileges.DROP));
    assertEquals(0755, mode());
  }

  @Test
  void openingWithTruncationTakesThem() throws DinofsException {
    node.release(
        node.open(
            ALICE, inode, EnumSet.of(OpenFlag.WRITE, OpenFlag.TRUNCATE, OpenFlag.DROP_PRIVILEGES)));
    assertEquals(0755, mode());
    assertEquals(List.of(), node.listXattrs(inode));
  }

  @Test
  void aNewOwnerTakesThemWhoeverSetsIt() throws DinofsException {
    node.setAttributes(Caller.ROOT, inode, AttributeChange.NONE.withUid(7));
    assertEquals(0755, mode());
    assertEquals(List.of(), node.listXattrs(inode));
  }

  @Test
  void aNewGroupByWhoIsNotInTheOldTakesSetGroupId() throws DinofsException {
    chmod(02745);
    node.setAttributes(OUTSIDER, inode, AttributeChange.NONE.withGid(2000));
    assertEquals(0745, mode());
  }

  private void chmod(int mode) throws DinofsException {
    node.setAttributes(ALICE, inode, AttributeChange.NONE.withMode(mode));
  }

  private void write(Privileges privileges) throws DinofsException {
    node.write(made.handle(), ByteBuffer.wrap(new byte[] {1}), 0, privileges);
  }

  private int mode() throws DinofsException {
    return node.getAttributes(inode).mode();
  }
}
