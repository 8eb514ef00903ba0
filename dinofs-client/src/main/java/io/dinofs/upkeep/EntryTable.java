package io.dinofs.upkeep;

import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import java.util.Arrays;

/**
 * The entries of all directories, without their names: 17 bytes of heap for each. Not safe for
 * several threads.
 */
final class EntryTable {
  private static final int FIRST_CAPACITY = 1024;

  private long[] directories = new long[FIRST_CAPACITY];
  private long[] children = new long[FIRST_CAPACITY];
  private byte[] types = new byte[FIRST_CAPACITY];
  private int size;

  void add(InodeId directory, InodeId child, FileType type) {
    if (size == children.length) {
      int capacity = Math.multiplyExact(size, 2);
      directories = Arrays.copyOf(directories, capacity);
      children = Arrays.copyOf(children, capacity);
      types = Arrays.copyOf(types, capacity);
    }
    directories[size] = directory.value();
    children[size] = child.value();
    types[size] = (byte) type.code();
    size++;
  }

  int size() {
    return size;
  }

  InodeId directory(int index) {
    return new InodeId(directories[index]);
  }

  InodeId child(int index) {
    return new InodeId(children[index]);
  }

  FileType type(int index) {
    return FileType.ofCode(types[index]).orElseThrow();
  }
}
