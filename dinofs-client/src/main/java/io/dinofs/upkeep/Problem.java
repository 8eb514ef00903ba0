package io.dinofs.upkeep;

import io.dinofs.model.InodeId;

/**
 * Something that is wrong with a volume.
 *
 * @param inode whose it is
 * @param directory that has an entry which is wrong; the inode itself if it is not about an entry
 * @param text what is wrong, in plain words
 */
public record Problem(Kind kind, InodeId inode, InodeId directory, String text) {
  /** What can be wrong, in the order in which it is repaired: later ones depend on earlier ones. */
  public enum Kind {
    /** The counter of inode numbers would give out one that is taken. */
    NEXT_INODE(true),
    /** Entries or contents of an inode that is not there. */
    NO_ATTRIBUTES(true),
    /** An entry names an inode that is not there. */
    DANGLING_ENTRY(true),
    /** An entry says that the inode is of another type than it is. */
    ENTRY_TYPE(true),
    /** A directory has more than one name. */
    SEVERAL_NAMES(true),
    /** An inode has no name. */
    NO_NAME(true),
    /** Directories that contain each other and are in no other. */
    LOOP(true),
    /** A directory's parent record does not name the directory that it is in. */
    PARENT(true),
    /** A count in the attributes is not what there is: links, entries, extended attributes. */
    COUNT(true),
    /** Contents in a record although the attributes name others. */
    STRAY_DATA(true),
    /** A record that can't be read. */
    DAMAGED_RECORD(false),
    /** The contents of a small file are not there, or not what they were. */
    DATA(false),
    /** A blob is not on the blob server. */
    MISSING_BLOB(false),
    /** A blob's bytes are not what its key says. */
    DAMAGED_BLOB(false);

    private final boolean repairable;

    Kind(boolean repairable) {
      this.repairable = repairable;
    }

    /** Whether it can be put right without loss. */
    public boolean isRepairable() {
      return repairable;
    }
  }

  static Problem of(Kind kind, InodeId inode, String text) {
    return new Problem(kind, inode, inode, text);
  }
}
