package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the directories that the differential test keeps equal, with the files that it holds open
 * there.
 */
final class Side {
  private final String name;
  private final FilePath root;
  private final boolean shared;

  // Used by one thread.
  private final Map<Integer, Long> descriptors = new HashMap<>();

  /**
   * @param shared whether it is on a mount, where contents are seen by the other one after fsync(2)
   */
  Side(String name, FilePath root, boolean shared) {
    this.name = name;
    this.root = root;
    this.shared = shared;
  }

  FilePath path(Bytes relative) {
    return relative.isEmpty() ? root : root.resolve(relative);
  }

  /** Makes what was written visible on the other mount; the plain directory needs no such thing. */
  long publish(long fd) {
    List<FileStatus> status = new ArrayList<>();
    long result = Posix.fstat(fd, status);
    if (result < 0) {
      return result;
    }
    return shared && status.get(0).isRegular() ? Posix.fsync(fd) : 0;
  }

  void keepOpen(int handle, long fd) {
    descriptors.put(handle, fd);
  }

  boolean holds(int handle) {
    return descriptors.containsKey(handle);
  }

  long descriptor(int handle) {
    return descriptors.get(handle);
  }

  long close(int handle) {
    return Posix.close(descriptors.remove(handle));
  }

  void closeAll() {
    descriptors.values().forEach(Posix::close);
    descriptors.clear();
  }

  @Override
  public String toString() {
    return name;
  }
}
