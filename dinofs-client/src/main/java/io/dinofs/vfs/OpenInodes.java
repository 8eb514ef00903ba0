package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.InodeId;
import io.dinofs.store.BlobFileStore;
import io.dinofs.vfs.content.BlobPrefetcher;
import io.dinofs.vfs.content.OpenInode;
import io.dinofs.vfs.content.SpoolBudget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The regular files that are open on this node. A file that nobody uses any more, but whose
 * contents could not be committed, stays until they are. Safe for any number of threads.
 */
final class OpenInodes {
  private final BlobFileStore blobs;
  private final SpoolBudget budget;
  private final BlobPrefetcher prefetcher;

  /** Guarded by this. */
  private final Map<InodeId, Use> open = new HashMap<>();

  /** An open file and how many use it. */
  private static final class Use {
    private final OpenInode file;
    private int users;

    Use(OpenInode file) {
      this.file = file;
    }
  }

  OpenInodes(BlobFileStore blobs, SpoolBudget budget, BlobPrefetcher prefetcher) {
    this.blobs = blobs;
    this.budget = budget;
    this.prefetcher = prefetcher;
  }

  /** The open file of an inode, one user more. Each acquire needs a {@link #release}. */
  synchronized OpenInode acquire(InodeId inode, Attributes attributes) {
    Use use =
        open.computeIfAbsent(
            inode, key -> new Use(new OpenInode(inode, attributes, blobs, budget, prefetcher)));
    use.users++;
    return use.file;
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
