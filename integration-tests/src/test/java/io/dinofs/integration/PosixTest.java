package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The binding that the other tests lean on, compared with Java's own on a plain directory. */
final class PosixTest {
  @TempDir private Path plain;
  private FilePath directory;

  @BeforeEach
  void nameTheDirectory() {
    directory = FilePath.of(plain);
  }

  @Test
  void whatIsWrittenIsWhatJavaReads() throws IOException {
    long fd =
        must(Posix.open(directory.resolve("f"), Posix.O_CREAT | Posix.O_EXCL | Posix.O_RDWR, 0640));
    assertEquals(5, must(Posix.pwrite(fd, "bytes".getBytes(StandardCharsets.UTF_8), 3)));
    ByteBuffer read = ByteBuffer.allocate(10);
    assertEquals(4, must(Posix.pread(fd, read, 4)));
    must(Posix.close(fd));
    assertEquals("ytes", new String(read.array(), 0, 4, StandardCharsets.UTF_8));
    assertEquals("\0\0\0bytes", Files.readString(plain.resolve("f")));
    assertEquals(Posix.error(Errno.ENOENT), Posix.open(directory.resolve("g"), Posix.O_RDONLY));
  }

  @Test
  void theStatusIsWhatJavaSees() throws IOException {
    Path file = Files.writeString(plain.resolve("f"), "1234567");
    must(Posix.chmod(FilePath.of(file), 0751));
    must(Posix.utimens(FilePath.of(file), 5, 6, 1234567890, 123456789));
    FileStatus status = Posix.lstat(FilePath.of(file));
    assertEquals(FileStatus.REGULAR | 0751, status.mode());
    assertEquals(7, status.size());
    assertEquals(1, status.nlink());
    assertEquals(Files.getAttribute(file, "unix:ino"), status.inode());
    assertEquals(Files.getAttribute(file, "unix:uid"), status.uid());
    assertEquals(
        FileTime.from(status.mtimeNanos(), TimeUnit.NANOSECONDS), Files.getLastModifiedTime(file));
    assertEquals(5_000_000_006L, status.atimeNanos());
  }

  @Test
  void entriesAreToldAsBytes() throws IOException {
    Bytes name = Bytes.wrap(new byte[] {(byte) 0xff, ' ', (byte) 0xe9});
    must(Posix.mkdir(directory.resolve(name), 0755));
    must(Posix.symlink(name, directory.resolve("link")));
    List<Posix.Entry> entries = new ArrayList<>();
    must(Posix.readDirectory(directory, entries));
    FileStatus status = Posix.lstat(directory.resolve(name));
    assertTrue(
        entries.stream()
            .anyMatch(
                entry ->
                    entry.name().equals(name)
                        && entry.inode() == status.inode()
                        && entry.type() == FileStatus.DIRECTORY >> 12));
    assertEquals(4, entries.size());
    List<Bytes> target = new ArrayList<>();
    must(Posix.readlink(directory.resolve("link"), target));
    assertArrayEquals(name.toArray(), target.get(0).toArray());
  }

  @Test
  void errorsAreNegativeNumbers() {
    assertEquals(Posix.error(Errno.ENOENT), Posix.rmdir(directory.resolve("missing")));
    assertEquals(Posix.error(Errno.EISDIR), Posix.unlink(directory));
    assertEquals("EISDIR", Posix.describe(Posix.unlink(directory)));
    assertEquals(
        Posix.error(Errno.ENAMETOOLONG), Posix.mkdir(directory.resolve("x".repeat(256)), 0755));
  }
}
