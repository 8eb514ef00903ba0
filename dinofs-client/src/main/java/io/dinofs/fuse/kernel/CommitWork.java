package io.dinofs.fuse.kernel;

import io.dinofs.model.Attributes;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.VolumeChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel has to let go because of a commit of another node: as little as it can have. For
 * one thread.
 */
final class CommitWork {
  private final KernelState state;
  private final KernelInodes inodes;
  private final StagedContents staged;
  private final Optional<InodeId> removed;
  private final List<InodeId> attributes = new ArrayList<>();
  private final List<InodeId> pages = new ArrayList<>();
  private final List<VolumeChange.EntryChanged> names = new ArrayList<>();

  private CommitWork(
      KernelState state, KernelInodes inodes, StagedContents staged, Optional<InodeId> removed) {
    this.state = state;
    this.inodes = inodes;
    this.staged = staged;
    this.removed = removed;
  }

  static CommitWork of(
      VolumeChange change, KernelState state, KernelInodes inodes, StagedContents staged) {
    CommitWork work = new CommitWork(state, inodes, staged, removedInode(change));
    change.effects().forEach(work::add);
    return work;
  }

  /** The one inode that a commit removes together with a name; empty for anything else. */
  private static Optional<InodeId> removedInode(VolumeChange change) {
    Optional<InodeId> removed = Optional.empty();
    for (VolumeChange.Effect effect : change.effects()) {
      if (effect instanceof VolumeChange.EntryChanged entry && entry.child().isPresent()) {
        return Optional.empty(); // a name that moved: what it stood for lives on
      }
      if (effect instanceof VolumeChange.InodeRemoved gone) {
        removed = Optional.of(gone.inode());
      }
    }
    return removed;
  }

  private void add(VolumeChange.Effect effect) {
    if (effect instanceof VolumeChange.AttributesChanged changed) {
      add(changed.inode(), changed.attributes());
    } else if (effect instanceof VolumeChange.InodeRemoved gone) {
      addAttributes(gone.inode());
    } else if (effect instanceof VolumeChange.XattrChanged changed) {
      addAttributes(changed.inode());
    } else if (effect instanceof VolumeChange.EntryChanged changed) {
      if (inodes.isKnown(changed.parent())
          && state.told().contains(changed.parent(), changed.name())) {
        names.add(changed);
      }
      addListing(changed.parent());
    } else if (effect instanceof VolumeChange.ParentChanged changed) {
      addListing(changed.directory());
    }
  }

  private void add(InodeId inode, Attributes now) {
    boolean hasPages =
        switch (now.type()) {
          case REGULAR -> {
            boolean othersPages = state.kept().committedElsewhere(inode, now);
            yield othersPages || staged.isStaged(inode);
          }
          default -> false;
        };
    if (hasPages && inodes.isKnown(inode)) {
      addPages(inode); // drops the attributes in the same step
    } else {
      addAttributes(inode);
    }
  }

  private void addAttributes(InodeId inode) {
    if (inodes.isKnown(inode) && !attributes.contains(inode)) {
      attributes.add(inode);
    }
  }

  private void addListing(InodeId directory) {
    if (state.listings().isUsed(directory)) {
      addPages(directory);
    }
  }

  private void addPages(InodeId inode) {
    if (!pages.contains(inode)) {
      pages.add(inode);
    }
  }

  /** Inodes of which the attributes are to be dropped. */
  List<InodeId> attributes() {
    return attributes;
  }

  /** Inodes of which pages, or the listing, are to be dropped, and the attributes with them. */
  List<InodeId> pages() {
    return pages;
  }

  List<VolumeChange.EntryChanged> names() {
    return names;
  }

  /** The inode that has lost the last of the names; empty if none has, or they moved. */
  Optional<InodeId> removed() {
    return removed;
  }

  /** How many notifications these are. */
  int size() {
    return names.size() + pages.size() + attributes.size();
  }
}
