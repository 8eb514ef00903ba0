package io.dinofs.upkeep;

import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import java.util.Arrays;

/**
 * The inodes of a volume, in the order of their numbers, with what a check has to know of each. An
 * inode needs 34 bytes of heap. Not safe for several threads.
 */
final class InodeTable {
  private static final int FIRST_CAPACITY = 1024;

  /** No inode has this as its holder: the volume's own records are in no directory. */
  static final long NOBODY = InodeId.VOLUME.value();

  private long[] ids = new long[FIRST_CAPACITY];
  private byte[] types = new byte[FIRST_CAPACITY];
  private int[] links = new int[FIRST_CAPACITY];
  private int[] names = new int[FIRST_CAPACITY];
  private long[] parents = new long[FIRST_CAPACITY];
  private long[] holders = new long[FIRST_CAPACITY];
  private int size;

  /**
   * Adds an inode, which comes behind all before.
   *
   * @param parent what a directory's parent record says; {@link #NOBODY} if there is none
   * @return its index
   */
  int add(InodeId inode, FileType type, int nlink, long parent) {
    if (size == ids.length) {
      int capacity = Math.multiplyExact(size, 2);
      ids = Arrays.copyOf(ids, capacity);
      types = Arrays.copyOf(types, capacity);
      links = Arrays.copyOf(links, capacity);
      names = Arrays.copyOf(names, capacity);
      parents = Arrays.copyOf(parents, capacity);
      holders = Arrays.copyOf(holders, capacity);
    }
    ids[size] = inode.value();
    types[size] = (byte) type.code();
    links[size] = nlink;
    parents[size] = parent;
    return size++;
  }

  int size() {
    return size;
  }

  /** The index of an inode; negative if it is not there. */
  int find(long inode) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(ids[middle], inode);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Counts a name of an inode, in a directory. */
  void named(int index, InodeId directory) {
    names[index]++;
    holders[index] = directory.value();
  }

  InodeId id(int index) {
    return new InodeId(ids[index]);
  }

  FileType type(int index) {
    return FileType.ofCode(types[index]).orElseThrow();
  }

  boolean isDirectory(int index) {
    return types[index] == FileType.DIRECTORY.code();
  }

  /** The link count that its attributes tell. */
  int links(int index) {
    return links[index];
  }

  /** How many names were counted. */
  int names(int index) {
    return names[index];
  }

  /** What its parent record says. */
  long parent(int index) {
    return parents[index];
  }

  /** The directory that has a name of it, the last one; {@link #NOBODY} if none has. */
  long holder(int index) {
    return holders[index];
  }
}
