package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The inodes of which the kernel may hold pages locked: from the time when a request to read or
 * write them is begun with until it is answered (folio_lock in Linux's fs/fuse/file.c). Safe for
 * any number of threads.
 */
final class PageLocks {
  private record Hold(InodeId inode, long number) {}

  private final AtomicLong holds = new AtomicLong();
  private final Map<Object, Hold> held = new ConcurrentHashMap<>();

  /** A request begins that needs pages of {@code inode}. */
  void hold(Object request, InodeId inode) {
    held.put(request, new Hold(inode, holds.incrementAndGet()));
  }

  /** The request is answered. One that held none may end, too. */
  void release(Object request) {
    held.remove(request);
  }

  /** A time for {@link #isHeldSince}: now. */
  long time() {
    return holds.get();
  }

  /** Whether pages of {@code inode} are held for a request that had begun at {@code time}. */
  boolean isHeldSince(long time, InodeId inode) {
    return held.values().stream()
        .anyMatch(hold -> hold.number() <= time && hold.inode().equals(inode));
  }
}
