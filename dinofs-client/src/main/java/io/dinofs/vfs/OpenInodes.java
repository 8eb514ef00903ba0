package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.content.ContentStorage;
import io.dinofs.vfs.content.OpenInode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The regular files that are open on this node. A file that nobody uses any more, but whose
 * contents could not be committed, stays until they are. Safe for any number of threads.
 */
final class OpenInodes {
  private final ContentStorage storage;

  /** Guarded by this. */
  private final Map<InodeId, Use> open = new HashMap<>();

  /** An open file and how many use it. */
  private static final class Use {
    private final OpenInode file;
    private int users;

    /** Those of a file without a name: see {@link #unnamedXattrs}. */
    private UnnamedXattrs xattrs = new UnnamedXattrs(Map.of());

    /** Whether it was made without a name and may get one. */
    private boolean nameable;

    Use(OpenInode file) {
      this.file = file;
    }
  }

  OpenInodes(ContentStorage storage) {
    this.storage = storage;
  }

  /** The open file of an inode, one user more. Each acquire needs a {@link #release}. */
  synchronized OpenInode acquire(InodeId inode, Attributes attributes) {
    Use use =
        open.computeIfAbsent(inode, key -> new Use(new OpenInode(inode, attributes, storage)));
    use.users++;
    return use.file;
  }

  /** The open file of a new inode that has no name and is not committed, with one user. */
  synchronized OpenInode acquireUnnamed(
      InodeId inode, Attributes attributes, Map<Bytes, Bytes> xattrs, boolean nameable) {
    OpenInode file = acquire(inode, attributes);
    Use use = open.get(inode);
    use.xattrs = new UnnamedXattrs(xattrs);
    use.nameable = nameable;
    return file;
  }

  /** The open file, if it was made without a name and may get one. */
  synchronized Optional<OpenInode> findNameable(InodeId inode) {
    return Optional.ofNullable(open.get(inode)).filter(use -> use.nameable).map(use -> use.file);
  }

  /** The file has a name, and is committed. */
  synchronized void named(OpenInode file) {
    open.get(file.inode()).nameable = false;
  }

  /**
   * If the file is open here: it has lost its last name, and its extended attributes were these.
   */
  synchronized void unnamed(InodeId inode, Map<Bytes, Bytes> xattrs) {
    Use use = open.get(inode);
    if (use != null) {
      use.xattrs = new UnnamedXattrs(xattrs);
    }
  }

  /** The extended attributes of an open file that has no name. */
  synchronized UnnamedXattrs unnamedXattrs(OpenInode file) {
    return open.get(file.inode()).xattrs;
  }

  /**
   * One user less. Without users a file is closed, unless it is dirty: then it is kept for {@link
   * #unsaved}.
   */
  synchronized void release(OpenInode file, boolean keepIfDirty) {
    Use use = open.get(file.inode());
    use.users--;
    if (use.users == 0 && !(keepIfDirty && file.isDirty())) {
      open.remove(file.inode());
      file.close();
    }
  }

  synchronized void forEachInode(Consumer<InodeId> action) {
    open.keySet().forEach(action);
  }

  synchronized Optional<OpenInode> find(InodeId inode) {
    return Optional.ofNullable(open.get(inode)).map(use -> use.file);
  }

  /** Files that nobody uses and that hold what is not committed. */
  synchronized List<OpenInode> unsaved() {
    return open.values().stream().filter(use -> use.users == 0).map(use -> use.file).toList();
  }

  /** All files that hold what is not committed. */
  synchronized List<OpenInode> dirty() {
    return open.values().stream().map(use -> use.file).filter(OpenInode::isDirty).toList();
  }
}
