package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.kernel.CommitsUnderWay.Kind;
import io.dinofs.fuse.kernel.CommitsUnderWay.Waiting;
import io.dinofs.model.Attributes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Name;
import io.dinofs.vfs.VolumeChange;
import io.dinofs.vfs.VolumeObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from the kernel's caches what other nodes change, and says that a commit is applied when
 * the kernel has let the old state go.
 *
 * <p>It has no threads: whoever owns it runs the tasks of {@link #attributes}, {@link #names} and
 * {@link #pages} in threads that nothing else waits for, since names and pages block as long as the
 * kernel holds them. Those of {@code attributes} never block, so they also look after the others:
 * what is not let go in a few milliseconds is not waited for any longer. For a name, all names are
 * dropped at once then, which takes no lock; for pages, the next open drops them, and reads under
 * way are answered anew by whoever serves them.
 *
 * <p>What this node commits itself, the kernel knows from the operation's answer. But an answer to
 * another request that was computed before may come to it later, so attributes are dropped
 * nevertheless: by {@link #settle}, before the operation is answered.
 */
final class KernelInvalidator implements VolumeObserver, CoherentCaching.Effects {
  private static final Logger log = LoggerFactory.getLogger(KernelInvalidator.class);

  /** When to try again where the kernel does not know an inode that an answer has named. */
  private static final int[] RETRY_MILLIS = {1, 5, 25, 100};

  /** So often it is tried again before nobody waits for it any more; then ever more rarely. */
  private static final int AWAITED_RETRIES = RETRY_MILLIS.length;

  private static final int MAX_RETRIES = 100;

  /** When to try again to bring contents up to date that the kernel reads elsewhere. */
  private static final long STAGED_RETRY_MILLIS = 250;

  /** A blob's key each, and little more. */
  private static final int MAX_KEPT_FILES = 65_536;

  private final KernelNotifications kernel;
  private final KernelInodes inodes;
  private final StagedContents staged;
  private final KernelCacheSettings settings;
  private final ChangeStamps stamps;
  private final ToldNames told;
  private final KeptPages kept;
  private final PageDrops drops;
  private final DirectoryListings listings;
  private final CommitsUnderWay commits;

  /** Inodes that this node's own operations have changed. */
  private final ConcurrentLinkedQueue<InodeId> own = new ConcurrentLinkedQueue<>();

  final TimedTasks attributes;
  final TaskQueue names = new TaskQueue();
  final TaskQueue pages = new TaskQueue();

  /** What is known of the kernel's caches. */
  record State(
      ChangeStamps stamps,
      ToldNames told,
      KeptPages kept,
      PageDrops drops,
      DirectoryListings listings) {

    static State empty() {
      ChangeStamps stamps = new ChangeStamps();
      return new State(
          stamps,
          new ToldNames(),
          new KeptPages(MAX_KEPT_FILES),
          new PageDrops(),
          new DirectoryListings(stamps));
    }
  }

  /**
   * @param applied is told up to which commit the kernel has let the old state go
   * @param nanoClock as {@link System#nanoTime}
   */
  KernelInvalidator(
      KernelNotifications kernel,
      KernelInodes inodes,
      StagedContents staged,
      KernelCacheSettings settings,
      State state,
      Consumer<CommitNumber> applied,
      LongSupplier nanoClock) {
    this.kernel = kernel;
    this.inodes = inodes;
    this.staged = staged;
    this.settings = settings;
    this.stamps = state.stamps();
    this.told = state.told();
    this.kept = state.kept();
    this.drops = state.drops();
    this.listings = state.listings();
    this.commits = new CommitsUnderWay(applied);
    this.attributes = new TimedTasks(nanoClock);
  }

  // What happens to the volume

  @Override
  public void changed(VolumeChange change) {
    long stamp = stamps.tick();
    change.effects().forEach(effect -> stamp(effect, stamp));
    if (change.own()) {
      stamps.ownChanged(change.number(), stamp);
      change.effects().forEach(this::takeOwn);
      commits.begin(change.number(), 0, 0, 0);
      return;
    }
    Work work = new Work(removedInode(change));
    change.effects().forEach(work::add);
    if (commits.outstanding() + work.size() > settings.maxPending()) {
      log.debug("more than {} notifications wait; all is dropped", settings.maxPending());
      commits.begin(change.number(), 0, 0, 1);
      dropAll(commits.replaceAll());
    } else {
      start(work, commits.begin(change.number(), work.names(), work.pages(), work.attributes()));
    }
  }

  private void stamp(VolumeChange.Effect effect, long stamp) {
    if (effect instanceof VolumeChange.AttributesChanged changed) {
      stamps.attributesChanged(changed.inode(), stamp);
    } else if (effect instanceof VolumeChange.InodeRemoved removed) {
      stamps.attributesChanged(removed.inode(), stamp);
      stamps.listingChanged(removed.inode(), stamp);
    } else if (effect instanceof VolumeChange.XattrChanged changed) {
      stamps.attributesChanged(changed.inode(), stamp);
    } else if (effect instanceof VolumeChange.EntryChanged changed) {
      stamps.nameChanged(changed.parent(), changed.name(), stamp);
      stamps.listingChanged(changed.parent(), stamp);
    } else if (effect instanceof VolumeChange.ParentChanged changed) {
      stamps.listingChanged(changed.directory(), stamp);
    }
  }

  /** An inode that is gone is not asked for again; one that is new here, nobody has asked for. */
  private void takeOwn(VolumeChange.Effect effect) {
    if (effect instanceof VolumeChange.AttributesChanged changed) {
      kept.committedHere(changed.inode(), changed.attributes());
      addOwn(changed.inode());
    } else if (effect instanceof VolumeChange.XattrChanged changed) {
      addOwn(changed.inode());
    }
  }

  private void addOwn(InodeId inode) {
    if (inodes.isKnown(inode)) {
      own.add(inode);
    }
  }

  @Override
  public void reset(CommitNumber at) {
    stamps.everythingChanged();
    dropAll(commits.restart(at));
  }

  /**
   * The kernel keeps something only of inodes that it knows. An answer counts its inodes before it
   * looks whether it may be kept, so it either is found here or sees the stamp.
   */
  @Override
  public void collectKept(InodeSet kept) {
    stamps.everythingChanged();
    inodes.forEach(kept::add);
  }

  @Override
  public void appendsMoved(InodeId inode) {
    kept.forget(inode);
    if (inodes.isKnown(inode)) {
      addPages(inode, null);
    }
  }

  @Override
  public void outcomeUnknown() {
    // The kernel may believe in a name, or its absence, that the operation has changed after all.
    stamps.everythingChanged();
    attributes.add(kernel::increaseEpoch);
  }

  /** The node cannot be sure of anything any more: the kernel has to ask for everything. */
  void distrust() {
    stamps.everythingChanged();
    attributes.add(this::forgetNamesAndAttributes);
  }

  /**
   * Drops the attributes that this node's own operations have changed; to be called before one of
   * them is answered. Does not block: what an operation changes, the kernel holds for it.
   */
  @Override
  public void settle() {
    for (InodeId inode = own.poll(); inode != null; inode = own.poll()) {
      if (inodes.isKnown(inode)) {
        int unused = kernel.invalidateInode(inode, -1, 0);
      }
    }
  }

  @Override
  public void dropAgain(InodeId inode) {
    attributes.add(() -> dropAttributes(inode));
  }

  // What has to be done for a commit

  /** The one inode that a commit removes together with a name; empty for anything else. */
  private static Optional<InodeId> removedInode(VolumeChange change) {
    Optional<InodeId> removed = Optional.empty();
    for (VolumeChange.Effect effect : change.effects()) {
      if (effect instanceof VolumeChange.EntryChanged entry && entry.child().isPresent()) {
        return Optional.empty(); // a name that moved: what it stood for lives on
      }
      if (effect instanceof VolumeChange.InodeRemoved gone) {
        removed = Optional.of(gone.inode());
      }
    }
    return removed;
  }

  /** The notifications of one commit. For one thread. */
  private final class Work {
    private final Optional<InodeId> removed;
    private final List<InodeId> attributeList = new ArrayList<>();
    private final List<InodeId> pageList = new ArrayList<>();
    private final List<VolumeChange.EntryChanged> nameList = new ArrayList<>();

    private Work(Optional<InodeId> removed) {
      this.removed = removed;
    }

    private void add(VolumeChange.Effect effect) {
      if (effect instanceof VolumeChange.AttributesChanged changed) {
        add(changed.inode(), changed.attributes());
      } else if (effect instanceof VolumeChange.InodeRemoved gone) {
        addAttributes(gone.inode());
      } else if (effect instanceof VolumeChange.XattrChanged changed) {
        addAttributes(changed.inode());
      } else if (effect instanceof VolumeChange.EntryChanged changed) {
        if (inodes.isKnown(changed.parent()) && told.contains(changed.parent(), changed.name())) {
          nameList.add(changed);
        }
        addListing(changed.parent());
      } else if (effect instanceof VolumeChange.ParentChanged changed) {
        addListing(changed.directory());
      }
    }

    private void add(InodeId inode, Attributes now) {
      boolean hasPages =
          switch (now.type()) {
            case REGULAR -> {
              boolean othersPages = kept.committedElsewhere(inode, now);
              yield othersPages || staged.isStaged(inode);
            }
            default -> false;
          };
      if (hasPages && inodes.isKnown(inode)) {
        addPages(inode); // drops the attributes in the same step
      } else {
        addAttributes(inode);
      }
    }

    private void addAttributes(InodeId inode) {
      if (inodes.isKnown(inode) && !attributeList.contains(inode)) {
        attributeList.add(inode);
      }
    }

    private void addListing(InodeId directory) {
      if (listings.isUsed(directory)) {
        addPages(directory);
      }
    }

    private void addPages(InodeId inode) {
      if (!pageList.contains(inode)) {
        pageList.add(inode);
      }
    }

    private int size() {
      return names() + pages() + attributes();
    }

    private int names() {
      return nameList.size();
    }

    private int pages() {
      return pageList.size();
    }

    private int attributes() {
      return attributeList.size();
    }
  }

  private void start(Work work, Waiting commit) {
    for (InodeId inode : work.attributeList) {
      attributes.add(() -> dropAttributes(inode, List.of(commit), Kind.ATTRIBUTES, 0));
    }
    for (VolumeChange.EntryChanged entry : work.nameList) {
      names.add(() -> dropName(entry.parent(), entry.name(), work.removed, commit));
    }
    for (InodeId inode : work.pageList) {
      addPages(inode, commit);
    }
    if (work.names() > 0) {
      attributes.add(() -> stopWaitingForNames(commit), settings.blockedMillis());
    }
    if (work.pages() > 0) {
      List<InodeId> blocked = List.copyOf(work.pageList);
      boolean inMemory = blocked.stream().anyMatch(staged::isStaged);
      long patience = inMemory ? settings.stagedMillis() : settings.blockedMillis();
      attributes.add(() -> stopWaitingForPages(commit, blocked), patience);
    }
  }

  // Notifications

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

  /** Nobody waits for it. */
  private void dropAttributes(InodeId inode) {
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
   * @param commit what waits for it; null for nothing
   */
  private void addPages(InodeId inode, Waiting commit) {
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

  private void stopWaitingForPages(Waiting commit, List<InodeId> blocked) {
    if (commits.awaitsPages(commit)) {
      blocked.forEach(this::dropAttributes);
      commits.pagesDone(commit);
    }
  }

  private void dropAll(Waiting commit) {
    kept.forgetAll();
    names.clear();
    attributes.add(
        () -> {
          forgetNamesAndAttributes();
          inodes.forEach(inode -> addPages(inode, null));
          pages.add(() -> commits.done(commit, Kind.ATTRIBUTES));
        });
    stamps.everythingChanged();
  }

  private void forgetNamesAndAttributes() {
    int unused = kernel.increaseEpoch();
    inodes.forEach(this::dropAttributes);
  }
}
