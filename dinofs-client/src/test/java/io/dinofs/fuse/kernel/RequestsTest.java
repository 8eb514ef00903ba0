package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.fuse.Errno;
import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every request, laid out by the offsets of {@code include/uapi/linux/fuse.h}, and the layout of
 * its answer. Numbers in here are offsets that a C compiler gave for that header.
 */
final class RequestsTest {
  private static final int ENTRY_BYTES = 128;
  private static final int OPEN_BYTES = 16;
  private static final int ATTRIBUTES_AT = 40;
  private static final int RDWR = 2;

  private FakeKernel kernel;

  @BeforeEach
  void connect(@TempDir Path directory) throws DinofsException {
    kernel = new FakeKernel(directory);
    kernel.init();
  }

  @AfterEach
  void disconnect() throws DinofsException {
    kernel.close();
  }

  private static InodeId inode(ByteBuffer entry) {
    assertEquals(entry.getLong(0), entry.getLong(ATTRIBUTES_AT), "nodeid and ino");
    return new InodeId(entry.getLong(0));
  }

  private record Opened(InodeId inode, long handle) {}

  private Opened create(String name) {
    ByteBuffer body =
        kernel
            .answer(
                kernel
                    .request(Opcode.CREATE, InodeId.ROOT)
                    .fixed(16)
                    .setInt(0, RDWR)
                    .setInt(4, 0100666)
                    .setInt(8, 022)
                    .string(name))
            .body();
    assertEquals(ENTRY_BYTES + OPEN_BYTES, body.capacity());
    return new Opened(inode(body), body.getLong(ENTRY_BYTES));
  }

  private AnswerBytes lookup(InodeId parent, String name) {
    return kernel.answer(kernel.request(Opcode.LOOKUP, parent).string(name));
  }

  private RequestBytes write(Opened file, long offset, byte[] data) {
    return kernel
        .request(Opcode.WRITE, file.inode())
        .fixed(40)
        .setLong(0, file.handle())
        .setLong(8, offset)
        .setInt(16, data.length)
        .data(data);
  }

  private ByteBuffer read(Opcode opcode, Opened file, long offset, int size) {
    return kernel
        .answer(
            kernel
                .request(opcode, file.inode())
                .fixed(40)
                .setLong(0, file.handle())
                .setLong(8, offset)
                .setInt(16, size))
        .body();
  }

  private ByteBuffer attributes(InodeId inode) {
    ByteBuffer body = kernel.answer(kernel.request(Opcode.GETATTR, inode).fixed(16)).body();
    assertEquals(104, body.capacity());
    return body;
  }

  @Test
  void aFileIsCreatedWithTheCallersUmaskAndIds() {
    Opened file = create("file");
    ByteBuffer body = attributes(file.inode());
    assertEquals(0100644, body.getInt(16 + 60)); // fuse_attr.mode
    assertEquals(RequestBytes.UID, body.getInt(16 + 68));
    assertEquals(RequestBytes.GID, body.getInt(16 + 72));
    assertEquals(file.inode(), inode(lookup(InodeId.ROOT, "file").body()));
  }

  @Test
  void whatIsWrittenIsRead() {
    Opened file = create("file");
    byte[] data = "contents".getBytes(StandardCharsets.UTF_8);
    ByteBuffer written = kernel.answer(write(file, 3, data)).body();
    assertEquals(8, written.capacity());
    assertEquals(data.length, written.getInt(0));
    ByteBuffer body = read(Opcode.READ, file, 3, 100);
    byte[] seen = new byte[body.remaining()];
    body.get(seen);
    assertArrayEquals(data, seen);
    assertEquals(4, read(Opcode.READ, file, 3, 4).remaining());
    assertEquals(0, read(Opcode.READ, file, 11, 4).remaining());
  }

  @Test
  void whatIsAppendedGoesToTheEndButAPageOfAMappingDoesNot() {
    Opened file = create("file");
    kernel.answer(write(file, 0, new byte[] {1, 2, 3})).body();
    int append = 02000;
    kernel.answer(write(file, 0, new byte[] {4}).setInt(32, append)).body();
    kernel.answer(write(file, 1, new byte[] {5}).setInt(32, append).setInt(20, 1)).body();
    ByteBuffer body = read(Opcode.READ, file, 0, 100);
    assertEquals(ByteBuffer.wrap(new byte[] {1, 5, 3, 4}), body);
  }

  @Test
  void aMebibyteIsWrittenAndReadAtOnce() {
    Opened file = create("file");
    byte[] data = new byte[1 << 20];
    data[data.length - 1] = 9;
    assertEquals(data.length, kernel.answer(write(file, 0, data)).body().getInt(0));
    ByteBuffer body = read(Opcode.READ, file, 0, data.length);
    assertEquals(data.length, body.remaining());
    assertEquals(9, body.get(data.length - 1));
  }

  @Test
  void rangesAreAllocatedSoughtAndCopied() {
    Opened file = create("f");
    kernel.answer(write(file, 0, new byte[5000]));
    assertEquals(0, kernel.answer(allocate(file, 0, 0, 3 << 20)).errno());
    assertEquals(0, kernel.answer(allocate(file, 3, 0, 3 << 20)).errno());
    assertEquals(Errno.EOPNOTSUPP, kernel.answer(allocate(file, 8, 0, 4096)).errno());
    kernel.answer(write(file, 2 << 20, new byte[1 << 20]));
    assertEquals(2 << 20, seek(file, 0, 3).body().getLong(0));
    assertEquals(8, seek(file, 0, 3).body().capacity());
    assertEquals(3 << 20, seek(file, 2 << 20, 4).body().getLong(0));
    assertEquals(Errno.ENXIO, seek(file, 3 << 20, 3).errno());
    Opened copy = create("g");
    ByteBuffer copied = kernel.answer(copy(Opcode.COPY_FILE_RANGE, file, copy)).body();
    assertEquals(8, copied.capacity());
    assertEquals(3 << 20, copied.getInt(0));
    copied = kernel.answer(copy(Opcode.COPY_FILE_RANGE_64, file, copy)).body();
    assertEquals(8, copied.capacity());
    assertEquals(3 << 20, copied.getLong(0));
  }

  private RequestBytes allocate(Opened file, int mode, long offset, long length) {
    return kernel
        .request(Opcode.FALLOCATE, file.inode())
        .fixed(32)
        .setLong(0, file.handle())
        .setLong(8, offset)
        .setLong(16, length)
        .setInt(24, mode);
  }

  private AnswerBytes seek(Opened file, long offset, int whence) {
    return kernel.answer(
        kernel
            .request(Opcode.LSEEK, file.inode())
            .fixed(24)
            .setLong(0, file.handle())
            .setLong(8, offset)
            .setInt(16, whence));
  }

  private RequestBytes copy(Opcode opcode, Opened from, Opened to) {
    return kernel
        .request(opcode, from.inode())
        .fixed(56)
        .setLong(0, from.handle())
        .setLong(16, to.inode().value())
        .setLong(24, to.handle())
        .setLong(40, 1L << 40);
  }

  @Test
  void aFileWithoutANameIsMadeAndLinked() {
    ByteBuffer body =
        kernel
            .answer(
                kernel
                    .request(Opcode.TMPFILE, InodeId.ROOT)
                    .fixed(16)
                    .setInt(0, RDWR)
                    .setInt(4, 0100666)
                    .setInt(8, 022)
                    .string("/"))
            .body();
    assertEquals(ENTRY_BYTES + OPEN_BYTES, body.capacity());
    InodeId made = inode(body);
    ByteBuffer linked =
        kernel
            .answer(
                kernel
                    .request(Opcode.LINK, InodeId.ROOT)
                    .fixed(8)
                    .setLong(0, made.value())
                    .string("named"))
            .body();
    assertEquals(made, inode(linked));
    assertEquals(made, inode(lookup(InodeId.ROOT, "named").body()));
  }

  @Test
  void namesAreExchangedOrNotReplacedIfAskedFor() {
    Opened one = create("one");
    Opened two = create("two");
    assertEquals(Errno.EEXIST, rename2("one", "two", 1).errno());
    assertEquals(0, rename2("one", "two", 2).errno());
    assertEquals(two.inode(), inode(lookup(InodeId.ROOT, "one").body()));
    assertEquals(one.inode(), inode(lookup(InodeId.ROOT, "two").body()));
    assertEquals(Errno.EINVAL, rename2("one", "two", 4).errno());
  }

  private AnswerBytes rename2(String from, String to, int flags) {
    return kernel.answer(
        kernel
            .request(Opcode.RENAME2, InodeId.ROOT)
            .fixed(16)
            .setLong(0, InodeId.ROOT.value())
            .setInt(8, flags)
            .string(from)
            .string(to));
  }

  @Test
  void privilegesAreTakenWhenTheKernelSaysSo() throws DinofsException {
    Opened file = create("f");
    setMode(file, 06777);
    kernel.answer(write(file, 0, new byte[1]));
    assertEquals(06777, kernel.files.getAttributes(file.inode()).mode());
    kernel.answer(write(file, 0, new byte[1]).setInt(20, 1 << 2));
    assertEquals(0777, kernel.files.getAttributes(file.inode()).mode());
    setMode(file, 06777);
    kernel.answer(
        kernel.request(Opcode.SETATTR, file.inode()).fixed(88).setInt(0, 1 << 3 | 1 << 11));
    assertEquals(0777, kernel.files.getAttributes(file.inode()).mode());
    setMode(file, 06777);
    kernel.answer(
        kernel.request(Opcode.OPEN, file.inode()).fixed(8).setInt(0, 1 | 01000).setInt(4, 1));
    assertEquals(0777, kernel.files.getAttributes(file.inode()).mode());
  }

  private void setMode(Opened file, int mode) {
    kernel.answer(
        kernel.request(Opcode.SETATTR, file.inode()).fixed(88).setInt(0, 1).setInt(68, mode));
  }

  @Test
  void allAttributesCanBeSetAtOnce() throws DinofsException {
    Opened file = create("file");
    int valid = 1 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6;
    ByteBuffer body =
        kernel
            .answer(
                kernel
                    .request(Opcode.SETATTR, file.inode())
                    .fixed(88)
                    .setInt(0, valid)
                    .setLong(8, file.handle())
                    .setLong(16, 5)
                    .setLong(32, 100)
                    .setLong(40, -200)
                    .setInt(56, 7)
                    .setInt(60, 8)
                    .setInt(68, 0100751)
                    .setInt(76, 11)
                    .setInt(80, 12))
            .body();
    assertEquals(104, body.capacity());
    Attributes attributes = kernel.files.getAttributes(file.inode());
    assertEquals(5, attributes.size());
    assertEquals(0751, attributes.mode());
    assertEquals(11, attributes.uid());
    assertEquals(12, attributes.gid());
    assertEquals(Instant.ofEpochSecond(100, 7), attributes.atime());
    assertEquals(Instant.ofEpochSecond(-200, 8), attributes.mtime());
  }

  @Test
  void nodesDirectoriesAndLinksAreMade() throws DinofsException {
    ByteBuffer fifo =
        kernel
            .answer(
                kernel
                    .request(Opcode.MKNOD, InodeId.ROOT)
                    .fixed(16)
                    .setInt(0, 0020666)
                    .setInt(4, 0x105)
                    .setInt(8, 027)
                    .string("device"))
            .body();
    assertEquals(ENTRY_BYTES, fifo.capacity());
    assertEquals(0x105, kernel.files.getAttributes(inode(fifo)).rdev());
    assertEquals(0640, kernel.files.getAttributes(inode(fifo)).mode());
    InodeId directory =
        inode(
            kernel
                .answer(
                    kernel
                        .request(Opcode.MKDIR, InodeId.ROOT)
                        .fixed(8)
                        .setInt(0, 0777)
                        .setInt(4, 02)
                        .string("directory"))
                .body());
    assertEquals(0775, kernel.files.getAttributes(directory).mode());
    InodeId symlink =
        inode(
            kernel
                .answer(
                    kernel.request(Opcode.SYMLINK, directory).string("symlink").string("to/where"))
                .body());
    ByteBuffer target = kernel.answer(kernel.request(Opcode.READLINK, symlink)).body();
    assertEquals("to/where", StandardCharsets.UTF_8.decode(target).toString());
    InodeId linked =
        inode(
            kernel
                .answer(
                    kernel
                        .request(Opcode.LINK, directory)
                        .fixed(8)
                        .setLong(0, inode(fifo).value())
                        .string("link"))
                .body());
    assertEquals(inode(fifo), linked);
    assertEquals(directory, inode(lookup(directory, ".").body()));
    assertEquals(InodeId.ROOT, inode(lookup(directory, "..").body()));
  }

  @Test
  void namesAreMovedAndRemoved() throws DinofsException {
    create("file");
    AnswerBytes renamed =
        kernel.answer(
            kernel
                .request(Opcode.RENAME, InodeId.ROOT)
                .fixed(8)
                .setLong(0, InodeId.ROOT.value())
                .string("file")
                .string("other"));
    assertEquals(0, renamed.body().capacity());
    kernel
        .answer(
            kernel
                .request(Opcode.RENAME2, InodeId.ROOT)
                .fixed(16)
                .setLong(0, InodeId.ROOT.value())
                .string("other")
                .string("third"))
        .body();
    assertEquals(Errno.ENOENT, lookup(InodeId.ROOT, "other").errno());
    kernel.answer(kernel.request(Opcode.UNLINK, InodeId.ROOT).string("third")).body();
    assertEquals(Errno.ENOENT, lookup(InodeId.ROOT, "third").errno());
    kernel.files.makeDirectory(io.dinofs.vfs.Caller.ROOT, InodeId.ROOT, Name.of("directory"), 0777);
    kernel.answer(kernel.request(Opcode.RMDIR, InodeId.ROOT).string("directory")).body();
    assertEquals(Errno.ENOENT, lookup(InodeId.ROOT, "directory").errno());
  }

  @Test
  void filesAreOpenedFlushedSyncedAndReleasedOnce() {
    InodeId inode = create("file").inode();
    ByteBuffer open = kernel.answer(kernel.request(Opcode.OPEN, inode).fixed(8)).body();
    assertEquals(OPEN_BYTES, open.capacity());
    long handle = open.getLong(0);
    kernel.answer(kernel.request(Opcode.FLUSH, inode).fixed(24).setLong(0, handle)).body();
    kernel.answer(kernel.request(Opcode.FSYNC, inode).fixed(16).setLong(0, handle)).body();
    kernel.answer(kernel.request(Opcode.RELEASE, inode).fixed(24).setLong(0, handle)).body();
    AnswerBytes again =
        kernel.answer(kernel.request(Opcode.RELEASE, inode).fixed(24).setLong(0, handle));
    assertEquals(Errno.EBADF, again.errno());
  }

  @Test
  void extendedAttributesAreSetReadListedAndRemoved() {
    InodeId inode = create("file").inode();
    kernel
        .answer(
            kernel
                .request(Opcode.SETXATTR, inode)
                .fixed(16)
                .setInt(0, 5)
                .string("user.name")
                .data("value".getBytes(StandardCharsets.UTF_8)))
        .body();
    ByteBuffer size =
        kernel.answer(kernel.request(Opcode.GETXATTR, inode).fixed(8).string("user.name")).body();
    assertEquals(8, size.capacity());
    assertEquals(5, size.getInt(0));
    ByteBuffer value =
        kernel
            .answer(
                kernel.request(Opcode.GETXATTR, inode).fixed(8).setInt(0, 100).string("user.name"))
            .body();
    assertEquals("value", StandardCharsets.UTF_8.decode(value).toString());
    ByteBuffer names =
        kernel.answer(kernel.request(Opcode.LISTXATTR, inode).fixed(8).setInt(0, 100)).body();
    assertEquals("user.name\0", StandardCharsets.UTF_8.decode(names).toString());
    AnswerBytes tooSmall =
        kernel.answer(kernel.request(Opcode.LISTXATTR, inode).fixed(8).setInt(0, 3));
    assertEquals(Errno.ERANGE, tooSmall.errno());
    kernel.answer(kernel.request(Opcode.REMOVEXATTR, inode).string("user.name")).body();
    AnswerBytes gone =
        kernel.answer(kernel.request(Opcode.GETXATTR, inode).fixed(8).string("user.name"));
    assertEquals(Errno.ENODATA, gone.errno());
  }

  private Opened openRoot() {
    ByteBuffer open = kernel.answer(kernel.request(Opcode.OPENDIR, InodeId.ROOT).fixed(8)).body();
    assertEquals(OPEN_BYTES, open.capacity());
    return new Opened(InodeId.ROOT, open.getLong(0));
  }

  @Test
  void aDirectoryIsReadInPagesThatFit() {
    for (int i = 0; i < 20; i++) {
      create("file-" + i);
    }
    Opened root = openRoot();
    List<String> names = new ArrayList<>();
    long cookie = 0;
    while (true) {
      ByteBuffer page = read(Opcode.READDIR, root, cookie, 200);
      assertTrue(page.remaining() <= 200);
      if (!page.hasRemaining()) {
        break;
      }
      while (page.hasRemaining()) {
        cookie = readEntry(page, names);
      }
    }
    assertEquals(22, names.size());
    assertEquals(List.of(".", ".."), names.subList(0, 2));
    kernel
        .answer(kernel.request(Opcode.FSYNCDIR, InodeId.ROOT).fixed(16).setLong(0, root.handle()))
        .body();
    kernel
        .answer(kernel.request(Opcode.RELEASEDIR, InodeId.ROOT).fixed(24).setLong(0, root.handle()))
        .body();
  }

  /** Reads a fuse_dirent and returns its cookie. */
  private static long readEntry(ByteBuffer page, List<String> names) {
    int start = page.position();
    int nameLength = page.getInt(start + 16);
    byte[] name = new byte[nameLength];
    page.get(start + 24, name);
    names.add(new String(name, StandardCharsets.UTF_8));
    page.position(start + ((24 + nameLength + 7) & ~7));
    return page.getLong(start + 8);
  }

  @Test
  void entriesAreToldWithTheirAttributesAndCounted() {
    Opened file = create("file");
    Opened root = openRoot();
    ByteBuffer page = read(Opcode.READDIRPLUS, root, 0, 4096);
    List<String> names = new ArrayList<>();
    List<Long> inodes = new ArrayList<>();
    while (page.hasRemaining()) {
      int start = page.position();
      inodes.add(page.getLong(start));
      page.position(start + ENTRY_BYTES);
      readEntry(page, names);
    }
    assertEquals(List.of(".", "..", "file"), names);
    assertEquals(List.of(0L, 0L, file.inode().value()), inodes);
    assertEquals(2, kernel.connection.lookups().count(file.inode()));
    assertFalse(read(Opcode.READDIRPLUS, root, 0, 100).hasRemaining());
    assertEquals(2, kernel.connection.lookups().count(file.inode()));
  }

  @Test
  void theVolumeTellsItsRoom() {
    ByteBuffer body = kernel.answer(kernel.request(Opcode.STATFS, InodeId.ROOT)).body();
    assertEquals(80, body.capacity());
    assertEquals(255, body.getInt(44)); // namelen
  }

  @Test
  void whatTheKernelForgetsIsNotKnownAnyMore() {
    InodeId first = create("first").inode();
    InodeId second = create("second").inode();
    lookup(InodeId.ROOT, "first").body();
    assertEquals(2, kernel.connection.lookups().count(first));
    byte[] forget = kernel.request(Opcode.FORGET, first).fixed(8).setLong(0, 1).toArray();
    assertEquals(List.of(), kernel.answers(forget));
    assertTrue(kernel.connection.lookups().isKnown(first));
    byte[] forgetBoth =
        kernel
            .request(Opcode.BATCH_FORGET, new InodeId(0))
            .fixed(8 + 2 * 16)
            .setInt(0, 2)
            .setLong(8, first.value())
            .setLong(16, 1)
            .setLong(24, second.value())
            .setLong(32, 1)
            .toArray();
    assertEquals(List.of(), kernel.answers(forgetBoth));
    assertFalse(kernel.connection.lookups().isKnown(first));
    assertFalse(kernel.connection.lookups().isKnown(second));
    assertTrue(kernel.connection.lookups().isKnown(InodeId.ROOT));
  }

  @Test
  void anAnswerThatIsNotTakenCountsNothingAndOpensNothing() throws DinofsException {
    InodeId inode = create("file").inode();
    kernel.device.refuse(Errno.ENOENT);
    kernel.answers(kernel.request(Opcode.LOOKUP, InodeId.ROOT).string("file").toArray());
    kernel.answers(
        kernel
            .request(Opcode.CREATE, InodeId.ROOT)
            .fixed(16)
            .setInt(0, RDWR)
            .setInt(4, 0100666)
            .string("other")
            .toArray());
    kernel.device.refuse(Errno.OK);
    assertEquals(1, kernel.connection.lookups().count(inode));
    InodeId other = kernel.files.lookup(InodeId.ROOT, Name.of("other")).inode();
    assertFalse(kernel.connection.lookups().isKnown(other));
    long nextHandle = create("third").handle();
    AnswerBytes read =
        kernel.answer(
            kernel.request(Opcode.READ, other).fixed(40).setLong(0, nextHandle - 1).setInt(16, 1));
    assertEquals(Errno.EBADF, read.errno());
  }

  @Test
  void whatIsNotKnownIsNotAskedForAgain() {
    AnswerBytes unknown =
        new AnswerBytes(
            kernel.answers(RequestBytes.of(4711, 1, InodeId.ROOT).toArray()).get(0).bytes());
    assertEquals(Errno.ENOSYS, unknown.errno());
    assertEquals(
        Errno.ENOSYS, kernel.answer(kernel.request(Opcode.BMAP, InodeId.ROOT).fixed(16)).errno());
    assertEquals(
        Errno.ENOTTY, kernel.answer(kernel.request(Opcode.IOCTL, InodeId.ROOT).fixed(32)).errno());
    assertEquals(
        Errno.OK, kernel.answer(kernel.request(Opcode.ACCESS, InodeId.ROOT).fixed(8)).errno());
  }
}
