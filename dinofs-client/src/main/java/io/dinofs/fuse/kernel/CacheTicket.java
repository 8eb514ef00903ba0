package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.CommitNumber;
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

  /** The kernel holds pages of {@code inode} locked until the request is answered. */
  void locksPages(InodeId inode);

  /** For how long {@code name} is, or is not, in {@code parent}, as the answer tells. */
  Validity name(InodeId parent, Name name);

  /**
   * What is told next is what a commit of this request has made; only what was changed after that
   * is old.
   */
  void asOf(CommitNumber commit);

  /** When this request began, for {@link #entry}. */
  long time();

  /**
   * As {@link #name}, for a name in a part of {@code directory} that was read before this request.
   *
   * @param readSince the {@link #time} of a request before that
   */
  Validity entry(InodeId directory, Name name, long readSince);

  /** For how long the attributes in the answer are those of {@code inode}. */
  Validity attributes(InodeId inode);

  /**
   * For how long the attributes of an inode that this request has made hold. The kernel takes them
   * whatever it was told since, which matters if it has found the inode by another name meanwhile;
   * so this is long enough for the system call, and not much longer.
   */
  Validity newAttributes(InodeId inode);

  /** Whether nothing of the inode has changed meanwhile, its contents included. */
  boolean held(InodeId inode);

  /**
   * Whether the kernel's pages are those of a file that was opened, and had {@code attributes}
   * then.
   */
  boolean pagesAreTrue(InodeId inode, Attributes attributes);

  /**
   * The FOPEN flags about caching for a directory that was opened. If they have {@link
   * io.dinofs.fuse.Answers#CACHE_DIRECTORY}, the policy has to be told of its reads and its end.
   */
  int directoryFlags(InodeId directory);

  void end();
}
