package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.util.List;
import java.util.Optional;

/**
 * A commit in terms of files.
 *
 * @param own whether it was made by an operation of this node that will return, or has returned,
 *     with its result
 * @param effects in any order
 */
public record VolumeChange(CommitNumber number, boolean own, List<Effect> effects) {
  public VolumeChange {
    effects = List.copyOf(effects);
  }

  /** What is different now. */
  public sealed interface Effect {}

  /** The attributes of an inode, which may be new; perhaps its contents. */
  public record AttributesChanged(InodeId inode, Attributes attributes) implements Effect {}

  /** An inode is gone, with its last name. */
  public record InodeRemoved(InodeId inode) implements Effect {}

  /** An extended attribute of an inode. */
  public record XattrChanged(InodeId inode) implements Effect {}

  /**
   * A name.
   *
   * @param child what it stands for now; empty if it is not there any more
   */
  public record EntryChanged(InodeId parent, Name name, Optional<InodeId> child)
      implements Effect {}

  /** A directory is in another one, or in none any more: its ".." is another. */
  public record ParentChanged(InodeId directory) implements Effect {}
}
