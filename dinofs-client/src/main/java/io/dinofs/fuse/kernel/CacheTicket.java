package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;

/**
 * What the kernel may keep of an answer. Each thread that answers has one of its own, and uses it
 * for one request after the other:
 *
 * <ol>
 *   <li>{@link #begin} before anything is looked at that the answer will tell,
 *   <li>the other methods when the answer is filled, after what it tells was looked at,
 *   <li>{@link #end} when the kernel has the answer, or never will.
 * </ol>
 *
 * <p>In between, what is told may have become old; then it is not to be kept.
 */
interface CacheTicket {
  /**
   * @param inode the one that the request names: a directory if it is about a name in it
   */
  void begin(InodeId inode);

  /** For how long {@code name} is, or is not, in {@code parent}, as the answer tells. */
  Validity name(InodeId parent, Name name);

  /** For how long the attributes in the answer are those of {@code inode}. */
  Validity attributes(InodeId inode);

  /**
   * The FOPEN flags about caching for a file that was opened, and had {@code attributes} then.
   *
   * @return {@link io.dinofs.fuse.Answers#KEEP_CACHE} or 0
   */
  int fileFlags(InodeId inode, Attributes attributes);

  /** The FOPEN flags about caching for a directory that was opened. */
  int directoryFlags(InodeId directory);

  void end();
}
