package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.ExtendedAttributes.XattrMode;
import io.dinofs.vfs.FileSystem.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class AccessControlListsTest extends TwoNodes {
  private static final InodeId ROOT = InodeId.ROOT;
  private static final Caller ALICE = new Caller(1000, 1000, 0, 0027);

  // Tags of entries: acl(5).
  private static final int USER_OBJ = 1;
  private static final int USER = 2;
  private static final int GROUP_OBJ = 4;
  private static final int GROUP = 8;
  private static final int MASK = 16;
  private static final int OTHER = 32;

  /** Owner rwx, user 7 rwx, group r-x, mask rwx, others r--. */
  private static final Bytes WITH_USER =
      list(USER_OBJ, 7, -1, USER, 7, 7, GROUP_OBJ, 5, -1, MASK, 7, -1, OTHER, 4, -1);

  @Test
  void aListForAccessSetsTheModeWithItsMaskAsTheGroupsBits() throws DinofsException {
    InodeId file = file("f", 04600).inode();
    set(file, Acl.ACCESS, WITH_USER);
    assertEquals(04774, b.getAttributes(file).mode());
    assertEquals(WITH_USER, b.getXattr(file, Acl.ACCESS));
  }

  @Test
  void aListThatTheModeSaysIsNotKept() throws DinofsException {
    InodeId file = file("f", 0600).inode();
    set(file, Acl.ACCESS, WITH_USER);
    set(file, Acl.ACCESS, list(USER_OBJ, 6, -1, GROUP_OBJ, 4, -1, OTHER, 0, -1));
    assertEquals(0640, b.getAttributes(file).mode());
    assertEquals(List.of(), b.listXattrs(file));
    assertEquals(0, b.getAttributes(file).xattrs());
  }

  @Test
  void chmodChangesTheMaskAndNotTheGroup() throws DinofsException {
    InodeId file = file("f", 0600).inode();
    set(file, Acl.ACCESS, WITH_USER);
    b.setAttributes(ALICE, file, AttributeChange.NONE.withMode(0751));
    assertEquals(0751, a.getAttributes(file).mode());
    assertEquals(
        list(USER_OBJ, 7, -1, USER, 7, 7, GROUP_OBJ, 5, -1, MASK, 5, -1, OTHER, 1, -1),
        a.getXattr(file, Acl.ACCESS));
  }

  @Test
  void removingAListLeavesTheMode() throws DinofsException {
    InodeId file = file("f", 0600).inode();
    set(file, Acl.ACCESS, WITH_USER);
    a.removeXattr(ALICE, file, Acl.ACCESS);
    assertEquals(0774, b.getAttributes(file).mode());
    set(file, Acl.ACCESS, WITH_USER);
    set(file, Acl.ACCESS, Bytes.wrap(new byte[] {2, 0, 0, 0}));
    assertEquals(List.of(), b.listXattrs(file));
  }

  @Test
  void setGroupIdGoesIfTheCallerMayNotKeepIt() throws DinofsException {
    InodeId file = file("f", 02770).inode();
    set(file, Acl.ACCESS, WITH_USER);
    assertEquals(02774, a.getAttributes(file).mode());
    a.setXattr(ALICE, file, Acl.ACCESS, WITH_USER, XattrMode.ANY, Privileges.DROP);
    assertEquals(0774, a.getAttributes(file).mode());
  }

  @Test
  void aFileInheritsTheDefaultListLessWhatItsCreatorDidNotAskFor() throws DinofsException {
    InodeId top = directoryWithDefault();
    Node file = a.makeNode(ALICE, top, Name.of("f"), FileType.REGULAR, 0666, 0);
    assertEquals(0664, file.attributes().mode());
    assertEquals(
        list(USER_OBJ, 6, -1, USER, 7, 7, GROUP_OBJ, 5, -1, MASK, 6, -1, OTHER, 4, -1),
        b.getXattr(file.inode(), Acl.ACCESS));
    assertEquals(List.of(Acl.ACCESS), b.listXattrs(file.inode()));
  }

  @Test
  void aDirectoryInheritsTheDefaultListAsItsOwnToo() throws DinofsException {
    InodeId top = directoryWithDefault();
    Node sub = a.makeDirectory(ALICE, top, Name.of("d"), 0777);
    assertEquals(0774, sub.attributes().mode());
    assertEquals(WITH_USER, b.getXattr(sub.inode(), Acl.DEFAULT));
    assertEquals(WITH_USER, b.getXattr(sub.inode(), Acl.ACCESS));
  }

  @Test
  void aDefaultListThatAModeSaysMakesAModeAndIgnoresTheUmask() throws DinofsException {
    InodeId top = a.makeDirectory(ALICE, ROOT, Name.of("top"), 0777).inode();
    set(top, Acl.DEFAULT, list(USER_OBJ, 7, -1, GROUP_OBJ, 7, -1, OTHER, 5, -1));
    Node file = a.makeNode(ALICE, top, Name.of("f"), FileType.REGULAR, 0666, 0);
    assertEquals(0664, file.attributes().mode());
    assertEquals(List.of(), b.listXattrs(file.inode()));
  }

  @Test
  void aSymbolicLinkInheritsNothing() throws DinofsException {
    InodeId top = directoryWithDefault();
    Node link = a.makeSymlink(ALICE, top, Name.of("l"), Bytes.utf8("x"));
    assertEquals(0777, link.attributes().mode());
    assertEquals(List.of(), a.listXattrs(link.inode()));
    fails(ErrorKind.NOT_SUPPORTED, () -> set(link.inode(), Acl.ACCESS, WITH_USER));
  }

  @Test
  void onlyADirectoryHasADefaultList() throws DinofsException {
    InodeId file = file("f", 0600).inode();
    fails(ErrorKind.ACCESS_DENIED, () -> set(file, Acl.DEFAULT, WITH_USER));
  }

  @Test
  void whatIsNoListIsRefused() throws DinofsException {
    InodeId file = file("f", 0600).inode();
    for (Bytes wrong :
        List.of(
            Bytes.EMPTY,
            Bytes.wrap(new byte[] {3, 0, 0, 0}).slice(0, 3),
            WITH_USER.slice(0, WITH_USER.length() - 1),
            list(USER_OBJ, 7, -1, GROUP_OBJ, 5, -1),
            list(USER_OBJ, 7, -1, USER, 7, 7, GROUP_OBJ, 5, -1, OTHER, 4, -1),
            list(GROUP_OBJ, 5, -1, USER_OBJ, 7, -1, OTHER, 4, -1),
            list(USER_OBJ, 7, -1, GROUP_OBJ, 5, -1, OTHER, 4, -1, OTHER, 4, -1),
            list(USER_OBJ, 8, -1, GROUP_OBJ, 5, -1, OTHER, 4, -1),
            list(USER_OBJ, 7, -1, GROUP_OBJ, 5, -1, GROUP, 7, -1, MASK, 7, -1, OTHER, 4, -1),
            list(USER_OBJ, 7, -1, GROUP_OBJ, 5, -1, 64, 4, -1))) {
      fails(ErrorKind.INVALID, () -> set(file, Acl.ACCESS, wrong));
    }
  }

  @Test
  void permissionsFollowTheListWhenAnOperationIsEvaluatedAgain() throws DinofsException {
    Acl list =
        Acl.decode(
            list(
                USER_OBJ, 6, -1, USER, 7, 7, GROUP_OBJ, 4, -1, GROUP, 2, 9, MASK, 6, -1, OTHER, 1,
                -1));
    assertPermitted(list, new Caller(1000, 5, 0, 0), 6);
    assertPermitted(list, new Caller(7, 5, 0, 0), 6); // the mask takes execution
    assertPermitted(list, new Caller(8, 1000, 0, 0), 4);
    assertPermitted(list, new Caller(8, 9, 0, 0), 2);
    assertPermitted(list, new Caller(8, 8, 0, 0), 1);
  }

  private static void assertPermitted(Acl list, Caller caller, int permissions) {
    for (int wanted = 1; wanted < 8; wanted++) {
      boolean expected = (permissions & wanted) == wanted;
      assertEquals(expected, list.permits(caller, 1000, 1000, wanted), caller + " " + wanted);
    }
  }

  private InodeId directoryWithDefault() throws DinofsException {
    InodeId top = a.makeDirectory(ALICE, ROOT, Name.of("top"), 0777).inode();
    set(top, Acl.DEFAULT, WITH_USER);
    assertEquals(0750, b.getAttributes(top).mode());
    return top;
  }

  private Node file(String name, int mode) throws DinofsException {
    Caller maskless = new Caller(1000, 1000, 0, 0);
    return a.makeNode(maskless, ROOT, Name.of(name), FileType.REGULAR, mode, 0);
  }

  private void set(InodeId inode, Bytes name, Bytes value) throws DinofsException {
    a.setXattr(ALICE, inode, name, value, XattrMode.ANY, Privileges.KEEP);
  }

  /** Entries of tag, permissions and id each, as the kernel hands them over. */
  private static Bytes list(int... entries) {
    ByteBuffer out = ByteBuffer.allocate(4 + entries.length / 3 * 8).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(2);
    for (int i = 0; i < entries.length; i += 3) {
      out.putShort((short) entries[i]).putShort((short) entries[i + 1]).putInt(entries[i + 2]);
    }
    return Bytes.wrap(out.array());
  }

  private static void fails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }
}
