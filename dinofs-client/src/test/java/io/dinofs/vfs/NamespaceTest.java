package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKind;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.vfs.ExtendedAttributes.XattrMode;
import io.dinofs.vfs.FileSystem.DirectoryHandle;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.Node;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.FileSystem.RenameMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class NamespaceTest extends TwoNodes {
  private static final InodeId ROOT = InodeId.ROOT;
  private static final Caller ALICE = new Caller(1000, 1000, 0, 0022);
  private static final Caller BOB = new Caller(1001, 1001, 0, 0);

  @Test
  void aNewFileHasItsCallersOwnerAndUmask() throws DinofsException {
    Node made = a.makeNode(ALICE, ROOT, Name.of("f"), FileType.REGULAR, 0666, 0);
    Attributes seen = b.lookup(ROOT, Name.of("f")).attributes();
    assertEquals(made.attributes(), seen);
    assertEquals(0644, seen.mode());
    assertEquals(1000, seen.uid());
    assertEquals(1, seen.nlink());
  }

  @Test
  void devicesFifosAndSocketsKeepTypeAndNumber() throws DinofsException {
    a.makeNode(Caller.ROOT, ROOT, Name.of("dev"), FileType.CHARACTER_DEVICE, 0600, 0x103);
    assertEquals(0x103, b.lookup(ROOT, Name.of("dev")).attributes().rdev());
    a.makeNode(Caller.ROOT, ROOT, Name.of("fifo"), FileType.FIFO, 0600, 0);
    assertEquals(FileType.FIFO, b.lookup(ROOT, Name.of("fifo")).attributes().type());
  }

  @Test
  void aDirectoryCountsItsEntriesAndSubdirectories() throws DinofsException {
    Node top = a.makeDirectory(Caller.ROOT, ROOT, Name.of("top"), 0755);
    a.makeDirectory(Caller.ROOT, top.inode(), Name.of("one"), 0755);
    b.makeDirectory(Caller.ROOT, top.inode(), Name.of("two"), 0755);
    a.makeNode(Caller.ROOT, top.inode(), Name.of("file"), FileType.REGULAR, 0644, 0);
    Attributes seen = b.getAttributes(top.inode());
    assertEquals(4, seen.nlink());
    assertEquals(3, seen.entries());
    fails(ErrorKind.NOT_EMPTY, () -> b.removeDirectory(Caller.ROOT, ROOT, Name.of("top")));
    a.removeDirectory(Caller.ROOT, top.inode(), Name.of("one"));
    assertEquals(3, b.getAttributes(top.inode()).nlink());
  }

  @Test
  void aSetGroupIdDirectoryHandsItsGroupDown() throws DinofsException {
    Node top = a.makeDirectory(Caller.ROOT, ROOT, Name.of("top"), 0777);
    a.setAttributes(Caller.ROOT, top.inode(), AttributeChange.NONE.withMode(02777).withGid(77));
    Node file = a.makeNode(ALICE, top.inode(), Name.of("f"), FileType.REGULAR, 0644, 0);
    Node sub = a.makeDirectory(ALICE, top.inode(), Name.of("d"), 0755);
    assertEquals(77, file.attributes().gid());
    assertEquals(77, sub.attributes().gid());
    assertEquals(02755, sub.attributes().mode());
  }

  @Test
  void hardLinksShareTheInodeUntilTheLastIsGone() throws DinofsException {
    Node file = a.makeNode(Caller.ROOT, ROOT, Name.of("one"), FileType.REGULAR, 0644, 0);
    a.link(Caller.ROOT, file.inode(), ROOT, Name.of("two"));
    assertEquals(2, b.lookup(ROOT, Name.of("two")).attributes().nlink());
    b.unlink(Caller.ROOT, ROOT, Name.of("one"));
    assertEquals(1, a.getAttributes(file.inode()).nlink());
    b.unlink(Caller.ROOT, ROOT, Name.of("two"));
    assertEquals(0, a.getAttributes(file.inode()).nlink());
    fails(ErrorKind.STALE_HANDLE, () -> a.link(Caller.ROOT, file.inode(), ROOT, Name.of("three")));
  }

  @Test
  void renameReplacesAndKeepsTheInode() throws DinofsException {
    Node from = a.makeNode(Caller.ROOT, ROOT, Name.of("from"), FileType.REGULAR, 0644, 0);
    Node to = a.makeNode(Caller.ROOT, ROOT, Name.of("to"), FileType.REGULAR, 0644, 0);
    a.rename(Caller.ROOT, ROOT, Name.of("from"), ROOT, Name.of("to"), RenameMode.REPLACE);
    assertEquals(from.inode(), b.lookup(ROOT, Name.of("to")).inode());
    fails(ErrorKind.NOT_FOUND, () -> b.lookup(ROOT, Name.of("from")));
    fails(ErrorKind.STALE_HANDLE, () -> b.getAttributes(to.inode()));
    assertEquals(1, b.getAttributes(ROOT).entries());
  }

  @Test
  void renameRefusesWhatPosixRefuses() throws DinofsException {
    Node dir = a.makeDirectory(Caller.ROOT, ROOT, Name.of("d"), 0755);
    Node full = a.makeDirectory(Caller.ROOT, ROOT, Name.of("full"), 0755);
    a.makeNode(Caller.ROOT, full.inode(), Name.of("x"), FileType.REGULAR, 0644, 0);
    a.makeNode(Caller.ROOT, ROOT, Name.of("f"), FileType.REGULAR, 0644, 0);
    fails(
        ErrorKind.NOT_DIRECTORY,
        () -> a.rename(Caller.ROOT, ROOT, Name.of("d"), ROOT, Name.of("f"), RenameMode.REPLACE));
    fails(
        ErrorKind.IS_DIRECTORY,
        () -> a.rename(Caller.ROOT, ROOT, Name.of("f"), ROOT, Name.of("d"), RenameMode.REPLACE));
    fails(
        ErrorKind.NOT_EMPTY,
        () -> a.rename(Caller.ROOT, ROOT, Name.of("d"), ROOT, Name.of("full"), RenameMode.REPLACE));
    fails(
        ErrorKind.INVALID,
        () ->
            a.rename(
                Caller.ROOT, ROOT, Name.of("d"), dir.inode(), Name.of("in"), RenameMode.REPLACE));
    fails(
        ErrorKind.NOT_FOUND,
        () -> a.rename(Caller.ROOT, ROOT, Name.of("none"), ROOT, Name.of("x"), RenameMode.REPLACE));
  }

  @Test
  void movingADirectoryMovesItsLinkCountAndParent() throws DinofsException {
    Node from = a.makeDirectory(Caller.ROOT, ROOT, Name.of("from"), 0755);
    Node to = a.makeDirectory(Caller.ROOT, ROOT, Name.of("to"), 0755);
    Node moved = a.makeDirectory(Caller.ROOT, from.inode(), Name.of("m"), 0755);
    b.rename(Caller.ROOT, from.inode(), Name.of("m"), to.inode(), Name.of("m"), RenameMode.REPLACE);
    assertEquals(2, a.getAttributes(from.inode()).nlink());
    assertEquals(3, a.getAttributes(to.inode()).nlink());
    assertEquals(to.inode(), a.parent(moved.inode()));
  }

  @Test
  void directoriesMovedIntoEachOtherFromBothNodesMakeNoLoop() throws Exception {
    for (int round = 0; round < 50; round++) {
      Name one = Name.of("one" + round);
      Name two = Name.of("two" + round);
      InodeId first = a.makeDirectory(Caller.ROOT, ROOT, one, 0755).inode();
      InodeId second = a.makeDirectory(Caller.ROOT, ROOT, two, 0755).inode();
      int moved =
          together(
              () -> a.rename(Caller.ROOT, ROOT, one, second, Name.of("x"), RenameMode.REPLACE),
              () -> b.rename(Caller.ROOT, ROOT, two, first, Name.of("x"), RenameMode.REPLACE));
      assertEquals(1, moved, "round " + round);
      assertTrue(a.parent(first).equals(ROOT) ^ a.parent(second).equals(ROOT));
    }
  }

  @Test
  void oneOfTwoNodesWinsAnExclusiveCreate() throws Exception {
    for (int round = 0; round < 50; round++) {
      Name name = Name.of("f" + round);
      var flags = EnumSet.of(OpenFlag.WRITE, OpenFlag.EXCLUSIVE);
      int made =
          together(
              () -> a.release(a.create(ALICE, ROOT, name, 0644, flags).handle()),
              () -> b.release(b.create(BOB, ROOT, name, 0644, flags).handle()));
      assertEquals(1, made, "round " + round);
    }
  }

  @Test
  void anOperationComputedAgainChecksPermissionsAgain() throws DinofsException {
    Node dir = a.makeDirectory(ALICE, ROOT, Name.of("d"), 0777);
    Node file = a.makeNode(BOB, dir.inode(), Name.of("f"), FileType.REGULAR, 0644, 0);
    FileSystem late =
        volume.mount(
            new InterferingStore(
                volume.records,
                () -> {
                  a.setAttributes(Caller.ROOT, dir.inode(), AttributeChange.NONE.withMode(0755));
                  a.setAttributes(Caller.ROOT, file.inode(), AttributeChange.NONE.withMode(0600));
                }));
    fails(ErrorKind.ACCESS_DENIED, () -> late.unlink(BOB, dir.inode(), Name.of("f")));
    late.close();
  }

  @Test
  void aFileThatIsOpenForWritingIsTruncatedAlsoByWhoMayNotWriteToIt() throws DinofsException {
    Node file = a.makeNode(ALICE, ROOT, Name.of("f"), FileType.REGULAR, 0644, 0);
    AttributeChange interference = AttributeChange.NONE.withMode(0600);
    FileSystem late =
        volume.mount(
            new InterferingStore(
                volume.records,
                RecordKind.ATTRIBUTES,
                () -> a.setAttributes(Caller.ROOT, file.inode(), interference)));
    FileHandle handle = late.open(ALICE, file.inode(), EnumSet.of(OpenFlag.WRITE));
    Attributes cut = late.setAttributes(BOB, handle, AttributeChange.NONE.withSize(3));
    assertEquals(3, cut.size());
    assertEquals(0600, cut.mode());
    late.release(handle);
    late.close();
  }

  @Test
  void aDirectoryThatChangesWhileItIsReadLosesNoOldNameAndRepeatsNone() throws DinofsException {
    Node dir = a.makeDirectory(Caller.ROOT, ROOT, Name.of("d"), 0755);
    for (int i = 0; i < 3000; i++) {
      a.makeNode(
          Caller.ROOT, dir.inode(), Name.of("old%04d".formatted(i)), FileType.REGULAR, 0644, 0);
    }
    DirectoryHandle handle = b.openDirectory(dir.inode());
    List<String> names = new ArrayList<>();
    long cookie = 0;
    for (int round = 0; ; round++) {
      long[] last = {cookie};
      int[] room = {7};
      b.readDirectory(
          handle,
          cookie,
          (name, inode, type, next) -> {
            if (room[0]-- == 0) {
              return false;
            }
            names.add(name.toUtf8());
            last[0] = next;
            return true;
          });
      if (last[0] == cookie) {
        break;
      }
      cookie = last[0];
      a.makeNode(Caller.ROOT, dir.inode(), Name.of("new" + round), FileType.REGULAR, 0644, 0);
      a.makeNode(
          Caller.ROOT, dir.inode(), Name.of("old0000new" + round), FileType.REGULAR, 0644, 0);
    }
    b.releaseDirectory(handle);
    assertEquals(names.size(), new HashSet<>(names).size());
    assertEquals(3000, names.stream().filter(name -> name.matches("old\\d{4}")).count());
    assertEquals(List.of(".", ".."), names.subList(0, 2));
  }

  @Test
  void aDirectoryIsReadAgainFromAnyCookieItGave() throws DinofsException {
    for (int i = 0; i < 100; i++) {
      a.makeNode(Caller.ROOT, ROOT, Name.of("f%02d".formatted(i)), FileType.REGULAR, 0644, 0);
    }
    DirectoryHandle handle = a.openDirectory(ROOT);
    List<Long> cookies = new ArrayList<>();
    a.readDirectory(handle, 0, (name, inode, type, next) -> cookies.add(next));
    a.unlink(Caller.ROOT, ROOT, Name.of("f10"));
    a.unlink(Caller.ROOT, ROOT, Name.of("f50"));
    List<String> again = new ArrayList<>();
    a.readDirectory(handle, cookies.get(51), (name, inode, type, next) -> again.add(name.toUtf8()));
    assertEquals("f51", again.get(0));
    assertEquals(49, again.size());
    fails(ErrorKind.INVALID, () -> a.readDirectory(handle, -1, (name, inode, type, next) -> true));
  }

  @Test
  void aLargeDirectoryIsReadAgainFromPlacesThatAreNoLongerInMemory() throws DinofsException {
    int files = 2 * NameSequence.HEAP_NAMES;
    for (int i = 0; i < files; i++) {
      a.makeNode(Caller.ROOT, ROOT, Name.of("f%06d".formatted(i)), FileType.REGULAR, 0644, 0);
    }
    DirectoryHandle handle = b.openDirectory(ROOT);
    List<String> names = new ArrayList<>();
    List<Long> cookies = new ArrayList<>();
    b.readDirectory(
        handle, 0, (name, inode, type, next) -> names.add(name.toUtf8()) && cookies.add(next));
    assertEquals(files + 2, names.size());
    for (int place : new int[] {files - 100, NameSequence.HEAP_NAMES + 2000, 100, files / 3}) {
      a.unlink(Caller.ROOT, ROOT, Name.of(names.get(place)));
      a.makeNode(Caller.ROOT, ROOT, Name.of(names.get(place) + "new"), FileType.REGULAR, 0644, 0);
      List<String> again = new ArrayList<>();
      b.readDirectory(
          handle,
          cookies.get(place),
          (name, inode, type, next) -> again.add(name.toUtf8()) && again.size() < 3000);
      int end = Math.min(names.size(), place + 1 + again.size());
      assertEquals(names.subList(place + 1, end), again);
    }
    b.releaseDirectory(handle);
  }

  @Test
  void aDirectoryIsReadOnFromAPlaceThatAnotherHandleGave() throws DinofsException {
    for (int i = 0; i < 3000; i++) {
      a.makeNode(Caller.ROOT, ROOT, Name.of("f%04d".formatted(i)), FileType.REGULAR, 0644, 0);
    }
    List<String> names = new ArrayList<>();
    List<Long> cookies = new ArrayList<>();
    a.readDirectory(
        a.openDirectory(ROOT),
        0,
        (name, inode, type, next) -> names.add(name.toUtf8()) && cookies.add(next));
    DirectoryHandle other = a.openDirectory(ROOT);
    for (int place : new int[] {2500, 0, 1, 2999, 3001}) {
      List<String> rest = new ArrayList<>();
      a.readDirectory(
          other, cookies.get(place), (name, inode, type, next) -> rest.add(name.toUtf8()));
      assertEquals(names.subList(place + 1, names.size()), rest);
    }
    List<String> behindTheEnd = new ArrayList<>();
    a.readDirectory(
        a.openDirectory(ROOT),
        1_000_000,
        (name, inode, type, next) -> behindTheEnd.add(name.toUtf8()));
    assertEquals(List.of(), behindTheEnd);
  }

  @Test
  void symlinksKeepAnyBytes() throws DinofsException {
    Bytes target = Bytes.copyOf(new byte[] {'x', (byte) 0xff, '/', (byte) 0x80});
    Node link = a.makeSymlink(ALICE, ROOT, Name.of("l"), target);
    assertEquals(target, b.readLink(link.inode()));
    assertEquals(4, b.getAttributes(link.inode()).size());
    assertEquals(0777, b.getAttributes(link.inode()).mode());
  }

  @Test
  void chownTakesSetUserIdAway() throws DinofsException {
    Node file = a.makeNode(Caller.ROOT, ROOT, Name.of("f"), FileType.REGULAR, 06755, 0);
    a.setAttributes(Caller.ROOT, file.inode(), AttributeChange.NONE.withUid(5));
    assertEquals(0755, b.getAttributes(file.inode()).mode());
    assertNotEquals(file.attributes().ctime(), b.getAttributes(file.inode()).ctime());
  }

  @Test
  void chownToNobodyElseTakesSetUserIdAwayWhoeverCallsIt() throws DinofsException {
    Node file = a.makeNode(Caller.ROOT, ROOT, Name.of("f"), FileType.REGULAR, 06750, 0);
    a.setAttributes(ALICE, file.inode(), AttributeChange.SAME_OWNERS);
    assertEquals(0750, b.getAttributes(file.inode()).mode());
  }

  @Test
  void xattrsAreSetReadListedAndRemoved() throws DinofsException {
    Node file = a.makeNode(Caller.ROOT, ROOT, Name.of("f"), FileType.REGULAR, 0644, 0);
    InodeId inode = file.inode();
    Bytes name = Bytes.utf8("user.colour");
    fails(ErrorKind.NO_ATTRIBUTE, () -> a.getXattr(inode, name));
    fails(
        ErrorKind.NO_ATTRIBUTE,
        () -> a.setXattr(ALICE, inode, name, Bytes.EMPTY, XattrMode.REPLACE, Privileges.KEEP));
    a.setXattr(ALICE, inode, name, Bytes.utf8("red"), XattrMode.CREATE, Privileges.KEEP);
    fails(
        ErrorKind.EXISTS,
        () -> b.setXattr(ALICE, inode, name, Bytes.EMPTY, XattrMode.CREATE, Privileges.KEEP));
    b.setXattr(ALICE, inode, name, Bytes.EMPTY, XattrMode.REPLACE, Privileges.KEEP);
    assertEquals(Bytes.EMPTY, a.getXattr(inode, name));
    assertEquals(List.of(name), a.listXattrs(inode));
    fails(
        ErrorKind.TOO_BIG,
        () ->
            a.setXattr(
                ALICE, inode, name, Bytes.wrap(new byte[65537]), XattrMode.ANY, Privileges.KEEP));
    fails(
        ErrorKind.NOT_SUPPORTED,
        () ->
            a.setXattr(ALICE, inode, Bytes.utf8("x"), Bytes.EMPTY, XattrMode.ANY, Privileges.KEEP));
    a.unlink(Caller.ROOT, ROOT, Name.of("f"));
    fails(ErrorKind.STALE_HANDLE, () -> b.getXattr(inode, name));
    assertTrue(
        volume
            .records
            .list(inode, RecordKind.XATTR, Bytes.EMPTY, 10, Children.WITHOUT_ATTRIBUTES)
            .records()
            .isEmpty());
  }

  @Test
  void openingWithoutExclusiveFindsWhatAnotherNodeMade() throws DinofsException {
    FileHandle first =
        a.create(ALICE, ROOT, Name.of("f"), 0600, EnumSet.of(OpenFlag.WRITE)).handle();
    FileHandle second =
        b.create(ALICE, ROOT, Name.of("f"), 0600, EnumSet.of(OpenFlag.WRITE)).handle();
    assertEquals(first.inode(), second.inode());
    fails(
        ErrorKind.ACCESS_DENIED,
        () -> b.create(BOB, ROOT, Name.of("f"), 0600, EnumSet.of(OpenFlag.WRITE)));
    a.release(first);
    b.release(second);
    assertFalse(a.getAttributes(first.inode()).isDirectory());
  }

  /** Runs both at once; returns how many succeeded. */
  private static int together(Executable one, Executable two) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      int succeeded = 0;
      for (Future<Boolean> outcome : threads.invokeAll(List.of(attempt(one), attempt(two)))) {
        succeeded += outcome.get() ? 1 : 0;
      }
      return succeeded;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Boolean> attempt(Executable executable) {
    return () -> {
      try {
        executable.execute();
        return true;
      } catch (DinofsException e) {
        return false;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    };
  }

  private static void fails(ErrorKind kind, Executable executable) {
    assertEquals(kind, assertThrows(DinofsException.class, executable).kind());
  }
}
