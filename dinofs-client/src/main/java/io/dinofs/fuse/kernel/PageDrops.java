package io.dinofs.fuse.kernel;

import io.dinofs.fuse.kernel.CommitsUnderWay.Waiting;
import io.dinofs.model.InodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The inodes whose pages the kernel is to drop: each at most once in the queue, however many
 * commits wait for it, so that there are never more of them than inodes that the kernel knows. Safe
 * for any number of threads.
 */
final class PageDrops {
  /** Those that wait, each with the commits that wait for it. Guarded by this. */
  private final Map<InodeId, List<Waiting>> queued = new HashMap<>();

  /** How many threads are dropping the pages of an inode right now. Guarded by this. */
  private final Map<InodeId, Integer> running = new HashMap<>();

  /**
   * An inode's pages are to be dropped after this call.
   *
   * @param commit what waits for it; null for nothing
   * @return whether the caller has to queue it; if not, it is in the queue and was not begun
   */
  synchronized boolean add(InodeId inode, Waiting commit) {
    List<Waiting> commits = queued.get(inode);
    boolean added = commits == null;
    if (added) {
      commits = new ArrayList<>(1);
      queued.put(inode, commits);
    }
    if (commit != null) {
      commits.add(commit);
    }
    return added;
  }

  /** It is begun now; returns what waits for it. */
  synchronized List<Waiting> begin(InodeId inode) {
    running.merge(inode, 1, Integer::sum);
    return queued.remove(inode);
  }

  /** It has ended. */
  synchronized void end(InodeId inode) {
    running.computeIfPresent(inode, (key, times) -> times == 1 ? null : times - 1);
  }

  /** Whether pages of the inode may be there that are not true. */
  synchronized boolean isUnderWay(InodeId inode) {
    return queued.containsKey(inode) || running.containsKey(inode);
  }
}
