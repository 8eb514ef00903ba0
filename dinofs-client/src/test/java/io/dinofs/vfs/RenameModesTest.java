package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileSystem.Node;
import io.dinofs.vfs.FileSystem.RenameMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RenameModesTest extends TwoNodes {
  private static final InodeId ROOT = InodeId.ROOT;
  private static final Name ONE = Name.of("one");
  private static final Name TWO = Name.of("two");

  @Test
  void renameWithoutReplacingRefusesANameThatIsThere() throws DinofsException {
    Node one = file(ROOT, ONE);
    file(ROOT, TWO);
    fails(ErrorKind.EXISTS, () -> rename(a, ROOT, ONE, ROOT, TWO, RenameMode.NO_REPLACE));
    b.unlink(Caller.ROOT, ROOT, TWO);
    rename(a, ROOT, ONE, ROOT, TWO, RenameMode.NO_REPLACE);
    assertEquals(one.inode(), b.lookup(ROOT, TWO).inode());
    fails(ErrorKind.NOT_FOUND, () -> b.lookup(ROOT, ONE));
  }

  @Test
  void exchangedNamesKeepTheirInodesAndCounts() throws DinofsException {
    Node one = file(ROOT, ONE);
    Node two = file(ROOT, TWO);
    rename(a, ROOT, ONE, ROOT, TWO, RenameMode.EXCHANGE);
    assertEquals(two.inode(), b.lookup(ROOT, ONE).inode());
    assertEquals(one.inode(), b.lookup(ROOT, TWO).inode());
    assertEquals(1, b.getAttributes(one.inode()).nlink());
    assertEquals(2, b.getAttributes(ROOT).entries());
  }

  @Test
  void aFileAndADirectoryChangePlacesBetweenDirectories() throws DinofsException {
    Node left = a.makeDirectory(Caller.ROOT, ROOT, Name.of("left"), 0755);
    Node right = a.makeDirectory(Caller.ROOT, ROOT, Name.of("right"), 0755);
    Node moved = a.makeDirectory(Caller.ROOT, left.inode(), ONE, 0755);
    Node file = file(right.inode(), TWO);
    rename(b, left.inode(), ONE, right.inode(), TWO, RenameMode.EXCHANGE);
    assertEquals(file.inode(), a.lookup(left.inode(), ONE).inode());
    assertEquals(moved.inode(), a.lookup(right.inode(), TWO).inode());
    assertEquals(right.inode(), a.parent(moved.inode()));
    assertEquals(2, a.getAttributes(left.inode()).nlink());
    assertEquals(3, a.getAttributes(right.inode()).nlink());
    assertEquals(1, a.getAttributes(left.inode()).entries());
  }

  @Test
  void twoDirectoriesExchangeTheirParents() throws DinofsException {
    Node left = a.makeDirectory(Caller.ROOT, ROOT, Name.of("left"), 0755);
    Node right = a.makeDirectory(Caller.ROOT, left.inode(), Name.of("right"), 0755);
    Node one = a.makeDirectory(Caller.ROOT, left.inode(), ONE, 0755);
    Node two = a.makeDirectory(Caller.ROOT, right.inode(), TWO, 0755);
    rename(a, left.inode(), ONE, right.inode(), TWO, RenameMode.EXCHANGE);
    assertEquals(right.inode(), b.parent(one.inode()));
    assertEquals(left.inode(), b.parent(two.inode()));
    assertEquals(4, b.getAttributes(left.inode()).nlink());
    assertEquals(3, b.getAttributes(right.inode()).nlink());
  }

  @Test
  void exchangeNeedsBothNames() throws DinofsException {
    file(ROOT, ONE);
    fails(ErrorKind.NOT_FOUND, () -> rename(a, ROOT, ONE, ROOT, TWO, RenameMode.EXCHANGE));
  }

  @Test
  void aDirectoryIsNotExchangedWithWhatIsBelowIt() throws DinofsException {
    Node top = a.makeDirectory(Caller.ROOT, ROOT, ONE, 0755);
    Node middle = a.makeDirectory(Caller.ROOT, top.inode(), TWO, 0755);
    a.makeDirectory(Caller.ROOT, middle.inode(), TWO, 0755);
    fails(ErrorKind.INVALID, () -> rename(a, ROOT, ONE, middle.inode(), TWO, RenameMode.EXCHANGE));
    fails(ErrorKind.INVALID, () -> rename(a, middle.inode(), TWO, ROOT, ONE, RenameMode.EXCHANGE));
  }

  private Node file(InodeId parent, Name name) throws DinofsException {
    return a.makeNode(Caller.ROOT, parent, name, FileType.REGULAR, 0644, 0);
  }

  private static void rename(
      FileSystem node, InodeId parent, Name name, InodeId newParent, Name newName, RenameMode mode)
      throws DinofsException {
    node.rename(Caller.ROOT, parent, name, newParent, newName, mode);
  }

  private static void fails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }
}
