package io.dinofs.fuse.kernel;

/**
 * What is known of the kernel's caches.
 *
 * @param stamps when what was changed
 * @param told the names that the kernel was told
 * @param kept of which contents its pages are
 * @param drops whose pages it is to drop
 * @param locks whose pages it may hold locked
 * @param listings which directories it lists by itself
 */
record KernelState(
    ChangeStamps stamps,
    ToldNames told,
    KeptPages kept,
    PageDrops drops,
    PageLocks locks,
    DirectoryListings listings) {
  /** A blob's key each, and little more. */
  private static final int MAX_KEPT_FILES = 65_536;

  static KernelState empty() {
    ChangeStamps stamps = new ChangeStamps();
    return new KernelState(
        stamps,
        new ToldNames(),
        new KeptPages(MAX_KEPT_FILES),
        new PageDrops(),
        new PageLocks(),
        new DirectoryListings(stamps));
  }
}
