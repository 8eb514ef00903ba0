package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * How often answers have named each inode, less what the kernel has forgotten. The kernel counts
 * the same, and forgets an inode by telling the count that it has.
 */
final class LookupCounts implements KernelInodes {
  private final Map<InodeId, Long> counts = new ConcurrentHashMap<>();

  /** An answer is about to be written that names {@code inode}. */
  void add(InodeId inode) {
    counts.merge(inode, 1L, Long::sum);
  }

  /**
   * The kernel forgets {@code count} answers, or did not take one.
   *
   * @return whether answers are left that it has not forgotten
   */
  boolean subtract(InodeId inode, long count) {
    return counts.computeIfPresent(inode, (known, old) -> old > count ? old - count : null) != null;
  }

  /** How many answers the kernel holds; 0 if none. */
  long count(InodeId inode) {
    return counts.getOrDefault(inode, 0L);
  }

  @Override
  public boolean isKnown(InodeId inode) {
    return inode.equals(InodeId.ROOT) || counts.containsKey(inode);
  }

  @Override
  public void forEach(Consumer<InodeId> action) {
    if (!counts.containsKey(InodeId.ROOT)) {
      action.accept(InodeId.ROOT);
    }
    counts.keySet().forEach(action);
  }
}
