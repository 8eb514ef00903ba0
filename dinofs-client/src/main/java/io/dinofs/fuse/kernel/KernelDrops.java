package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.kernel.CommitsUnderWay.Kind;
import io.dinofs.fuse.kernel.CommitsUnderWay.Waiting;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.VolumeChange;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the kernel drop what it keeps, and says when it has.
 *
 * <p>It has no threads: whoever owns it runs the tasks of {@link #attributes}, {@link #names} and
 * {@link #pages} in threads that nothing else waits for, since names and pages block as long as the
 * kernel holds them. Those of {@code attributes} never block, so they also look after the others: a
 * name that is not let go in a few milliseconds is not waited for any longer, nor are pages that a
 * request holds locked for as long. All names are dropped at once then, which takes no lock; pages
 * are dropped by the next open, and reads under way are answered anew by whoever serves them.
 *
 * <p>Safe for any number of threads.
 */
final class KernelDrops {
  private static final Logger log = LoggerFactory.getLogger(KernelDrops.class);

  /** When to try again where the kernel does not know an inode that an answer has named. */
  private static final int[] RETRY_MILLIS = {1, 5, 25, 100};

  /** So often it is tried again before nobody waits for it any more; then ever more rarely. */
  private static final int AWAITED_RETRIES = RETRY_MILLIS.length;

  private static final int MAX_RETRIES = 100;

  /** When to try again to bring contents up to date that the kernel reads elsewhere. */
  private static final long STAGED_RETRY_MILLIS = 250;

  private final KernelNotifications kernel;
  private final KernelInodes inodes;
  private final StagedContents staged;
  private final KernelCacheSettings settings;
  private final PageDrops drops;
  private final PageLocks locks;
  private final CommitsUnderWay commits;

  final TimedTasks attributes;
  final TaskQueue names = new TaskQueue();
  final TaskQueue pages = new TaskQueue();

  /**
   * @param state whose pages are to be dropped, and which of them are locked
   * @param commits what waits for it
   * @param nanoClock as {@link System#nanoTime}
   */
  KernelDrops(
      KernelNotifications kernel,
      KernelInodes inodes,
      StagedContents staged,
      KernelCacheSettings settings,
      KernelState state,
      CommitsUnderWay commits,
      LongSupplier nanoClock) {
    this.kernel = kernel;
    this.inodes = inodes;
    this.staged = staged;
    this.settings = settings;
    this.drops = state.drops();
    this.locks = state.locks();
    this.commits = commits;
    this.attributes = new TimedTasks(nanoClock);
  }

  /** Lets the kernel drop what a commit has changed. */
  void start(CommitWork work, Waiting commit) {
    for (InodeId inode : work.attributes()) {
      attributes.add(() -> dropAttributes(inode, List.of(commit), Kind.ATTRIBUTES, 0));
    }
    for (VolumeChange.EntryChanged entry : work.names()) {
      names.add(() -> dropName(entry.parent(), entry.name(), work.removed(), commit));
    }
    for (InodeId inode : work.pages()) {
      addPages(inode, commit);
    }
    if (!work.names().isEmpty()) {
      attributes.add(() -> stopWaitingForNames(commit), settings.blockedMillis());
    }
    if (!work.pages().isEmpty()) {
      List<InodeId> blocked = List.copyOf(work.pages());
      boolean inMemory = blocked.stream().anyMatch(staged::isStaged);
      long patience = inMemory ? settings.stagedMillis() : settings.blockedMillis();
      awaitPages(commit, blocked, patience, 0);
    }
  }

  /**
   * Attributes only. An answer that names the inode for the first time may be on its way, so that
   * the kernel does not know it yet, but will: then it is tried again.
   */
  private void dropAttributes(InodeId inode, List<Waiting> waiting, Kind kind, int tries) {
    boolean again = kernel.invalidateInode(inode, -1, 0) == Errno.ENOENT && inodes.isKnown(inode);
    if (!again || tries >= AWAITED_RETRIES) {
      waiting.forEach(commit -> commits.done(commit, kind));
    }
    if (again && tries < MAX_RETRIES) {
      List<Waiting> still = tries >= AWAITED_RETRIES ? List.of() : waiting;
      int delay = RETRY_MILLIS[Math.min(tries, RETRY_MILLIS.length - 1)];
      attributes.add(() -> dropAttributes(inode, still, kind, tries + 1), delay);
    }
  }

  /** As the other one, and nobody waits for it; to be run by the thread for attributes. */
  void dropAttributes(InodeId inode) {
    dropAttributes(inode, List.of(), Kind.ATTRIBUTES, 0);
  }

  private void dropName(InodeId parent, Name name, Optional<InodeId> removed, Waiting commit) {
    if (commits.awaitsNames(commit)) {
      int errno =
          removed.isPresent()
              ? kernel.deleteEntry(parent, removed.get(), name)
              : kernel.invalidateEntry(parent, name);
      if (errno != Errno.OK && errno != Errno.ENOENT) {
        // The name is dropped before the kernel looks whether it may be removed for good.
        log.debug("the kernel answers {} to the removal of a name in {}", errno, parent);
      }
      commits.done(commit, Kind.NAME);
    }
  }

  /**
   * Lets the kernel drop an inode's pages, or its listing, and the attributes.
   *
   * @param commit what waits for it; null for nothing
   */
  void addPages(InodeId inode, Waiting commit) {
    if (drops.add(inode, commit)) {
      pages.add(() -> dropPages(inode));
    }
  }

  /** Attributes and pages, or a directory's listing. */
  private void dropPages(InodeId inode) {
    List<Waiting> commitsWaiting = drops.begin(inode);
    int errno;
    try {
      if (!staged.refresh(inode)) {
        attributes.add(() -> addPages(inode, null), STAGED_RETRY_MILLIS);
      }
      errno = kernel.invalidateInode(inode, 0, 0);
    } finally {
      drops.end(inode);
    }
    if (errno == Errno.ENOENT && inodes.isKnown(inode)) {
      // It has no pages yet. It may get attributes from an answer that is on its way.
      attributes.add(() -> dropAttributes(inode, commitsWaiting, Kind.PAGES, 0));
    } else {
      commitsWaiting.forEach(commit -> commits.done(commit, Kind.PAGES));
    }
  }

  private void stopWaitingForNames(Waiting commit) {
    if (commits.awaitsNames(commit)) {
      int errno = kernel.increaseEpoch();
      log.debug("a name was not let go in time; all names are dropped (errno {})", errno);
      commits.namesDone();
    }
  }

  /**
   * Waits for pages, but not long for those that are locked by a request that has been under way
   * for all of {@code patience}: it may be waiting for the node that made the commit.
   *
   * @param patience milliseconds until they are looked at
   * @param waited milliseconds until now
   */
  private void awaitPages(Waiting commit, List<InodeId> blocked, long patience, long waited) {
    long begun = locks.time();
    attributes.add(
        () -> {
          if (commits.awaitsPages(commit)) {
            boolean locked = blocked.stream().anyMatch(inode -> locks.isHeldSince(begun, inode));
            if (locked || waited + patience >= settings.stagedMillis()) {
              blocked.forEach(this::dropAttributes);
              commits.pagesDone(commit);
            } else {
              awaitPages(commit, blocked, settings.blockedMillis(), waited + patience);
            }
          }
        },
        patience);
  }

  /** Lets the kernel drop everything, which {@code commit} waits for. */
  void dropAll(Waiting commit) {
    names.clear();
    attributes.add(
        () -> {
          dropNamesAndAttributes();
          inodes.forEach(inode -> addPages(inode, null));
          pages.add(() -> commits.done(commit, Kind.ATTRIBUTES));
        });
  }

  /** Lets the kernel drop all names, and all attributes; to be run by the thread for these. */
  void dropNamesAndAttributes() {
    dropNames();
    inodes.forEach(this::dropAttributes);
  }

  /** Lets the kernel drop all names, without waiting. */
  void dropNames() {
    int unused = kernel.increaseEpoch();
  }
}
