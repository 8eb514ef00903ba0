package io.dinofs.fuse.kernel;

import io.dinofs.vfs.ChangeFeed;
import io.dinofs.vfs.FileSystem;
import java.time.Duration;

/** What keeps a kernel's caches true, from the first answer to the end of the mount. */
interface KernelCaches extends AutoCloseable {
  /** What the kernel may keep. */
  CachePolicy policy();

  /** To be called when the kernel has agreed on the protocol; until then it keeps nothing. */
  void start();

  /** Ends what {@link #start} began; notifications that block are not waited for long. */
  @Override
  void close();

  /**
   * For {@code files} that tell what changes, caches that are told of it; for others, hardly any.
   */
  static KernelCaches of(
      FileSystem files, KernelNotifications kernel, KernelInodes inodes, StagedContents staged) {
    if (files instanceof ChangeFeed feed) {
      return new CoherentCaches(
          feed, kernel, inodes, staged, KernelCacheSettings.lasting(Duration.ofHours(1)));
    }
    return none();
  }

  /** Hardly any: see {@link CachingNothing}. */
  static KernelCaches none() {
    CachePolicy nothing = new CachingNothing();
    return new KernelCaches() {
      @Override
      public CachePolicy policy() {
        return nothing;
      }

      @Override
      public void start() {}

      @Override
      public void close() {}
    };
  }
}
