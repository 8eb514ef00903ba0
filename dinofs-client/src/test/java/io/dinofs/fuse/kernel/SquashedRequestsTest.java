package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.Squash;
import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.FileSystem.Created;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel would check if it knew who asks. */
final class SquashedRequestsTest {
  private static final int ROOT = 0;
  private static final int ANN = 1000;
  private static final int BOB = 2000;
  private static final int NOBODY = Squash.NOBODY;

  private static final int READ_ONLY = 0;
  private static final int WRITE_ONLY = 1;
  private static final int READ_WRITE = 2;
  private static final int TRUNCATING = 01000;
  private static final int TO_EXECUTE = 040;

  private static final int MODE = 1;
  private static final int OWNER = 1 << 1;
  private static final int GROUP = 1 << 2;
  private static final int SIZE = 1 << 3;
  private static final int HANDLE = 1 << 6;
  private static final int TIME = 1 << 5;
  private static final int TIME_NOW = 1 << 8;

  @TempDir Path directory;
  private FakeKernel kernel;

  private void mount(Squash.Who who) throws DinofsException {
    kernel = new FakeKernel(directory, new Squash(who, NOBODY, NOBODY));
    kernel.init();
    setMode(InodeId.ROOT, 0777);
  }

  @AfterEach
  void disconnect() throws DinofsException {
    kernel.close();
  }

  private void setMode(InodeId inode, int mode) throws DinofsException {
    Attributes unused =
        kernel.files.setAttributes(Caller.ROOT, inode, AttributeChange.NONE.withMode(mode));
  }

  private static Caller caller(int uid) {
    return new Caller(uid, uid, 0, 0);
  }

  private InodeId directory(int uid, String name, int mode) throws DinofsException {
    return kernel
        .files
        .makeDirectory(caller(uid), InodeId.ROOT, new Name(bytes(name)), mode)
        .inode();
  }

  private static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }

  private InodeId file(int uid, InodeId parent, String name, int mode) throws DinofsException {
    Created made =
        kernel.files.create(
            caller(uid), parent, new Name(bytes(name)), mode, Set.of(OpenFlag.WRITE));
    kernel.files.release(made.handle());
    return made.node().inode();
  }

  private InodeId file(int uid, String name, int mode) throws DinofsException {
    return file(uid, InodeId.ROOT, name, mode);
  }

  private RequestBytes request(int uid, Opcode opcode, InodeId inode) {
    return kernel.request(opcode, inode).by(uid, uid);
  }

  private int errno(RequestBytes request) {
    return kernel.answer(request).errno();
  }

  private int open(int uid, InodeId inode, int flags) {
    return errno(request(uid, Opcode.OPEN, inode).fixed(8).setInt(0, flags));
  }

  private int lookup(int uid, InodeId parent, String name) {
    return errno(request(uid, Opcode.LOOKUP, parent).string(name));
  }

  private int access(int uid, InodeId inode, int wanted) {
    return errno(request(uid, Opcode.ACCESS, inode).fixed(8).setInt(0, wanted));
  }

  private RequestBytes change(int uid, InodeId inode, int valid) {
    return request(uid, Opcode.SETATTR, inode).fixed(88).setInt(0, valid);
  }

  private int remove(int uid, InodeId parent, String name) {
    return errno(request(uid, Opcode.UNLINK, parent).string(name));
  }

  private int rename(int uid, InodeId from, String name, InodeId to, String newName) {
    return errno(
        request(uid, Opcode.RENAME, from)
            .fixed(8)
            .setLong(0, to.value())
            .string(name)
            .string(newName));
  }

  private int setXattr(int uid, InodeId inode, String name) {
    return errno(
        request(uid, Opcode.SETXATTR, inode)
            .fixed(16)
            .setInt(0, 1)
            .string(name)
            .data(new byte[] {'v'}));
  }

  private int getXattr(int uid, InodeId inode, String name) {
    return errno(request(uid, Opcode.GETXATTR, inode).fixed(8).setInt(0, 100).string(name));
  }

  @Test
  void whatRootMakesIsNobodys() throws DinofsException {
    mount(Squash.Who.ROOT);
    ByteBuffer made =
        kernel
            .answer(
                request(ROOT, Opcode.CREATE, InodeId.ROOT)
                    .fixed(16)
                    .setInt(0, READ_WRITE)
                    .setInt(4, 0100600)
                    .string("f"))
            .body();
    InodeId file = new InodeId(made.getLong(0));
    assertEquals(NOBODY, kernel.files.getAttributes(file).uid());
    assertEquals(NOBODY, kernel.files.getAttributes(file).gid());
    assertEquals(Errno.OK, open(ROOT, file, READ_WRITE));
    assertEquals(Errno.EACCES, open(ANN, file, READ_ONLY));
    assertEquals(Errno.OK, errno(change(ROOT, file, MODE).setInt(68, 0400)));
    assertEquals(Errno.EACCES, open(ROOT, file, WRITE_ONLY));
    RequestBytes truncation = change(ROOT, file, SIZE | HANDLE).setLong(8, made.getLong(128));
    assertEquals(Errno.OK, errno(truncation.setLong(16, 5)));
    assertEquals(Errno.EACCES, errno(change(ROOT, file, SIZE).setLong(16, 5)));
    assertEquals(Errno.OK, remove(ROOT, InodeId.ROOT, "f"));
  }

  @Test
  void filesAreOpenedByThoseWhoMay() throws DinofsException {
    mount(Squash.Who.ROOT);
    InodeId secret = file(ROOT, "secret", 0600);
    InodeId open = file(ANN, "open", 0744);
    assertEquals(Errno.EACCES, open(ROOT, secret, READ_ONLY));
    assertEquals(Errno.EACCES, access(ROOT, secret, 4));
    assertEquals(Errno.OK, access(ROOT, secret, 0));
    assertEquals(Errno.OK, open(ROOT, open, READ_ONLY));
    assertEquals(Errno.EACCES, open(ROOT, open, READ_ONLY | TRUNCATING));
    assertEquals(Errno.EACCES, open(ROOT, open, WRITE_ONLY));
    assertEquals(Errno.EACCES, open(BOB, open, READ_ONLY | TO_EXECUTE));
    assertEquals(Errno.OK, open(ANN, open, READ_ONLY | TO_EXECUTE));
    assertEquals(Errno.OK, open(ANN, open, READ_WRITE));
  }

  @Test
  void directoriesAreEnteredByThoseWhoMay() throws DinofsException {
    mount(Squash.Who.ROOT);
    InodeId closed = directory(ROOT, "closed", 0700);
    InodeId ofAnn = directory(ANN, "of-ann", 0711);
    InodeId inside = file(ANN, ofAnn, "inside", 0666);
    file(ROOT, closed, "inside", 0666);
    assertEquals(Errno.EACCES, lookup(ROOT, closed, "inside"));
    assertEquals(Errno.EACCES, access(ROOT, closed, 1));
    assertEquals(Errno.EACCES, remove(ROOT, closed, "inside"));
    assertEquals(Errno.OK, lookup(BOB, ofAnn, "inside"));
    assertEquals(Errno.EACCES, errno(request(BOB, Opcode.OPENDIR, ofAnn).fixed(8)));
    assertEquals(Errno.OK, errno(request(ANN, Opcode.OPENDIR, ofAnn).fixed(8)));
    assertEquals(Errno.EACCES, remove(BOB, ofAnn, "inside"));
    assertEquals(Errno.EACCES, rename(BOB, ofAnn, "inside", InodeId.ROOT, "outside"));
    assertEquals(
        Errno.EACCES,
        errno(request(BOB, Opcode.MKDIR, ofAnn).fixed(8).setInt(0, 0777).string("d")));
    assertEquals(
        Errno.EACCES,
        errno(request(BOB, Opcode.LINK, ofAnn).fixed(8).setLong(0, inside.value()).string("l")));
    assertEquals(Errno.OK, rename(ANN, ofAnn, "inside", InodeId.ROOT, "outside"));
  }

  @Test
  void inAStickyDirectoryOwnersRemove() throws DinofsException {
    mount(Squash.Who.ROOT);
    setMode(InodeId.ROOT, 01777);
    file(ANN, "ann's", 0666);
    file(BOB, "bob's", 0666);
    assertEquals(Errno.EPERM, remove(ROOT, InodeId.ROOT, "ann's"));
    assertEquals(Errno.EPERM, rename(BOB, InodeId.ROOT, "bob's", InodeId.ROOT, "ann's"));
    assertEquals(Errno.EPERM, rename(BOB, InodeId.ROOT, "ann's", InodeId.ROOT, "other"));
    assertEquals(Errno.OK, rename(BOB, InodeId.ROOT, "bob's", InodeId.ROOT, "other"));
    assertEquals(Errno.OK, remove(ANN, InodeId.ROOT, "ann's"));
  }

  @Test
  void aDirectoryThatIsMovedElsewhereIsWritable() throws DinofsException {
    mount(Squash.Who.ROOT);
    InodeId target = directory(BOB, "target", 0777);
    InodeId moved = directory(ANN, "moved", 0755);
    assertEquals(Errno.EACCES, rename(BOB, InodeId.ROOT, "moved", target, "moved"));
    assertEquals(Errno.OK, rename(BOB, InodeId.ROOT, "moved", InodeId.ROOT, "renamed"));
    setMode(moved, 0777);
    assertEquals(Errno.OK, rename(BOB, InodeId.ROOT, "renamed", target, "moved"));
  }

  @Test
  void attributesAreChangedByTheirOwners() throws DinofsException {
    mount(Squash.Who.ROOT);
    InodeId file = file(ANN, "f", 0646);
    assertEquals(Errno.EPERM, errno(change(ROOT, file, MODE).setInt(68, 0777)));
    assertEquals(Errno.EPERM, errno(change(ROOT, file, OWNER).setInt(76, NOBODY)));
    assertEquals(Errno.EPERM, errno(change(ROOT, file, TIME)));
    assertEquals(Errno.OK, errno(change(ROOT, file, TIME | TIME_NOW)));
    assertEquals(Errno.OK, errno(change(BOB, file, SIZE).setLong(16, 3)));
    assertEquals(Errno.EPERM, errno(change(ANN, file, OWNER).setInt(76, BOB)));
    assertEquals(Errno.EPERM, errno(change(ANN, file, GROUP).setInt(80, BOB)));
    assertEquals(Errno.OK, errno(change(ANN, file, GROUP).setInt(80, ANN)));
    assertEquals(Errno.OK, errno(change(ANN, file, OWNER).setInt(76, ANN)));
  }

  @Test
  void theSetGroupIdBitIsForMembers() throws DinofsException {
    mount(Squash.Who.ROOT);
    InodeId file = file(ANN, "f", 0755);
    assertEquals(Errno.OK, errno(change(ANN, file, MODE).setInt(68, 02755)));
    assertEquals(02755, kernel.files.getAttributes(file).mode());
    Attributes unused =
        kernel.files.setAttributes(Caller.ROOT, file, AttributeChange.NONE.withGid(BOB));
    assertEquals(Errno.OK, errno(change(ANN, file, MODE).setInt(68, 06755)));
    assertEquals(04755, kernel.files.getAttributes(file).mode());
  }

  @Test
  void extendedAttributesHaveTheirRules() throws DinofsException {
    mount(Squash.Who.ROOT);
    InodeId file = file(ANN, "f", 0600);
    assertEquals(Errno.OK, setXattr(ANN, file, "user.k"));
    assertEquals(Errno.EACCES, setXattr(ROOT, file, "user.k"));
    assertEquals(Errno.EACCES, getXattr(ROOT, file, "user.k"));
    assertEquals(Errno.EPERM, setXattr(ROOT, file, "trusted.k"));
    assertEquals(Errno.EPERM, setXattr(ANN, file, "security.k"));
    assertEquals(Errno.ENODATA, getXattr(ROOT, file, "trusted.k"));
    assertEquals(Errno.EACCES, errno(request(BOB, Opcode.REMOVEXATTR, file).string("user.k")));
    assertEquals(Errno.OK, errno(request(ANN, Opcode.REMOVEXATTR, file).string("user.k")));
  }

  @Test
  void nobodyMakesDevices() throws DinofsException {
    mount(Squash.Who.ROOT);
    RequestBytes device = request(ROOT, Opcode.MKNOD, InodeId.ROOT).fixed(16).setInt(0, 0020666);
    assertEquals(Errno.EPERM, errno(device.string("device")));
    RequestBytes fifo = request(ROOT, Opcode.MKNOD, InodeId.ROOT).fixed(16).setInt(0, 0010666);
    assertEquals(Errno.OK, errno(fifo.string("fifo")));
  }

  @Test
  void everybodyCanBeOneUser() throws DinofsException {
    mount(Squash.Who.ALL);
    InodeId file =
        new InodeId(
            kernel
                .answer(
                    request(ANN, Opcode.MKNOD, InodeId.ROOT)
                        .fixed(16)
                        .setInt(0, 0100600)
                        .string("f"))
                .body()
                .getLong(0));
    assertEquals(NOBODY, kernel.files.getAttributes(file).uid());
    assertEquals(Errno.OK, open(BOB, file, READ_WRITE));
    assertEquals(Errno.OK, open(ROOT, file, READ_WRITE));
    assertEquals(Errno.OK, errno(change(BOB, file, MODE).setInt(68, 0000)));
    assertEquals(Errno.EACCES, open(ROOT, file, READ_ONLY));
  }
}
