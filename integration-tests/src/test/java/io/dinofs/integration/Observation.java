package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * What can be seen of a file or a directory, in words that are equal where dinofs promises
 * equality.
 */
final class Observation {
  private static final int READ_BYTES = 1 << 20;
  private static final int BYTES_SHOWN = 24;

  private Observation() {}

  /** Type, mode, owner, links, device, and the size of what is no directory; or the error. */
  static String status(FilePath path) {
    List<FileStatus> status = new ArrayList<>();
    long result = Posix.lstat(path, status);
    return result < 0 ? Posix.describe(result) : describe(status.get(0));
  }

  static String status(long fd) {
    List<FileStatus> status = new ArrayList<>();
    long result = Posix.fstat(fd, status);
    return result < 0 ? Posix.describe(result) : describe(status.get(0));
  }

  private static String describe(FileStatus status) {
    return String.format(
        "mode %o uid %d gid %d nlink %d size %s rdev %x",
        status.mode(),
        status.uid(),
        status.gid(),
        status.nlink(),
        status.isDirectory() ? "-" : Long.toString(status.size()),
        status.isDevice() ? status.rdev() : 0);
  }

  /** All entries with their types, in order. */
  static String entries(FilePath path) {
    List<Posix.Entry> entries = new ArrayList<>();
    long result = Posix.readDirectory(path, entries);
    if (result < 0) {
      return Posix.describe(result);
    }
    List<String> names = new ArrayList<>();
    for (Posix.Entry entry : entries) {
      names.add(FilePath.printable(entry.name()) + ":" + entry.type());
    }
    names.sort(null);
    return names.toString();
  }

  static String target(FilePath path) {
    List<Bytes> target = new ArrayList<>();
    long result = Posix.readlink(path, target);
    return result < 0 ? Posix.describe(result) : FilePath.printable(target.get(0));
  }

  static String xattr(FilePath path, String name) {
    List<Bytes> value = new ArrayList<>();
    long result = Posix.getXattr(path, name, value);
    return result < 0 ? Posix.describe(result) : value.get(0).toHex();
  }

  /** Names and values of those that users and root set. */
  static String xattrs(FilePath path) {
    List<String> names = new ArrayList<>();
    long result = Posix.listXattrs(path, names);
    if (result < 0) {
      return Posix.describe(result);
    }
    List<String> all = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      if (name.startsWith("user.") || name.startsWith("trusted.")) {
        all.add(name + "=" + xattr(path, name));
      }
    }
    return all.toString();
  }

  /** Opens the file and reads all of it. */
  static String contents(FilePath path) {
    long fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NONBLOCK);
    if (fd < 0) {
      return Posix.describe(fd);
    }
    String contents = contents(fd, 0, Long.MAX_VALUE);
    Posix.close(fd);
    return contents;
  }

  /** Length and checksum of what is read, and its first bytes. */
  static String contents(long fd, long offset, long count) {
    CRC32 checksum = new CRC32();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(READ_BYTES, count));
    String beginning = "";
    long length = 0;
    while (length < count) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), count - length));
      long result = Posix.pread(fd, buffer, offset + length);
      if (result < 0) {
        return Posix.describe(result);
      }
      if (result == 0) {
        break;
      }
      buffer.flip();
      if (length == 0) {
        Bytes all = Bytes.copyOf(buffer);
        beginning = FilePath.printable(all.slice(0, Math.min(BYTES_SHOWN, all.length())));
      }
      checksum.update(buffer);
      length += result;
    }
    return length + " bytes, checksum " + checksum.getValue() + ", " + beginning;
  }
}
