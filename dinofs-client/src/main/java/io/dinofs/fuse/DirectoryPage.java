package io.dinofs.fuse;

import io.dinofs.model.Bytes;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem;
import java.nio.ByteBuffer;

/**
 * Entries of a directory as {@code struct fuse_dirent}s, one after the other, as many as fit. For
 * one thread.
 */
public final class DirectoryPage implements FileSystem.EntrySink {
  private static final int HEADER_BYTES = 24;
  private static final int ALIGNMENT_BYTES = 8;

  private final ByteBuffer out;

  /**
   * @param out takes the entries between its position and its limit, in the machine's byte order
   */
  public DirectoryPage(ByteBuffer out) {
    this.out = out;
  }

  @Override
  public boolean accept(Bytes name, InodeId inode, FileType type, long nextCookie) {
    int unpadded = HEADER_BYTES + name.length();
    int padding = -unpadded & (ALIGNMENT_BYTES - 1);
    if (unpadded + padding > out.remaining()) {
      return false;
    }
    out.putLong(inode.value()).putLong(nextCookie).putInt(name.length()).putInt(type.code());
    name.writeTo(out);
    for (int i = 0; i < padding; i++) {
      out.put((byte) 0);
    }
    return true;
  }
}
