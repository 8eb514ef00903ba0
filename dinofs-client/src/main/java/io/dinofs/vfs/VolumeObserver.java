package io.dinofs.vfs;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;

/**
 * Is told what becomes of a volume. Operations that begin after a call see at least what it tells.
 * Must not block, must not throw, and must not call the file system.
 */
public interface VolumeObserver {
  /**
   * A commit, one at a time and in order. Whoever made it waits until {@link
   * ChangeFeed.Observation#applied} was called for it.
   */
  void changed(VolumeChange change);

  /** Changes up to {@code at} may have been missed, so nothing that was told before counts. */
  void reset(CommitNumber at);

  /**
   * Adds the inodes of all that the observer keeps: it may not be told of changes to others from
   * then on, until it is given something of them again. Answers that are on their way during the
   * call must not be kept, unless their inodes are added.
   */
  void collectKept(InodeSet kept);

  /**
   * Bytes that this node wrote are not where their writer thinks: they were appended behind what
   * others have appended. May be called by any thread.
   */
  void appendsMoved(InodeId inode);

  /**
   * An operation of this node failed without knowing whether its commit was accepted: it may have
   * come about, now or later. May be called by any thread.
   */
  void outcomeUnknown();
}
