package io.dinofs.fuse.kernel;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.vfs.VolumeChange;
import io.dinofs.vfs.VolumeObserver;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from the kernel's caches what other nodes change, and says that a commit is applied when
 * the kernel has let the old state go.
 *
 * <p>It has no threads: see {@link KernelDrops}, which does what is decided here.
 *
 * <p>What this node commits itself, the kernel knows from the operation's answer. But an answer to
 * another request that was computed before may come to it later, so attributes are dropped
 * nevertheless: by {@link #settle}, before the operation is answered.
 */
final class KernelInvalidator implements VolumeObserver, CoherentCaching.Effects {
  private static final Logger log = LoggerFactory.getLogger(KernelInvalidator.class);

  private final KernelNotifications kernel;
  private final KernelInodes inodes;
  private final StagedContents staged;
  private final KernelState state;
  private final ChangeStamps stamps;
  private final int maxPending;
  private final CommitsUnderWay commits;
  private final KernelDrops drops;

  /** Inodes that this node's own operations have changed. */
  private final ConcurrentLinkedQueue<InodeId> own = new ConcurrentLinkedQueue<>();

  /**
   * @param applied is told up to which commit the kernel has let the old state go
   * @param nanoClock as {@link System#nanoTime}
   */
  KernelInvalidator(
      KernelNotifications kernel,
      KernelInodes inodes,
      StagedContents staged,
      KernelCacheSettings settings,
      KernelState state,
      Consumer<CommitNumber> applied,
      LongSupplier nanoClock) {
    this.kernel = kernel;
    this.inodes = inodes;
    this.staged = staged;
    this.state = state;
    this.stamps = state.stamps();
    this.maxPending = settings.maxPending();
    this.commits = new CommitsUnderWay(applied);
    this.drops = new KernelDrops(kernel, inodes, staged, settings, state, commits, nanoClock);
  }

  /** What its owner runs. */
  KernelDrops drops() {
    return drops;
  }

  @Override
  public void changed(VolumeChange change) {
    long stamp = stamps.tick();
    change.effects().forEach(effect -> stamps.changed(effect, stamp));
    if (change.own()) {
      stamps.ownChanged(change.number(), stamp);
      change.effects().forEach(this::takeOwn);
      commits.begin(change.number(), 0, 0, 0);
      return;
    }
    CommitWork work = CommitWork.of(change, state, inodes, staged);
    if (commits.outstanding() + work.size() > maxPending) {
      log.debug("more than {} notifications wait; all is dropped", maxPending);
      commits.begin(change.number(), 0, 0, 1);
      dropAll(commits.replaceAll());
    } else {
      drops.start(
          work,
          commits.begin(
              change.number(), work.names().size(), work.pages().size(), work.attributes().size()));
    }
  }

  private void dropAll(CommitsUnderWay.Waiting commit) {
    state.kept().forgetAll();
    drops.dropAll(commit);
    stamps.everythingChanged();
  }

  /** An inode that is gone is not asked for again; one that is new here, nobody has asked for. */
  private void takeOwn(VolumeChange.Effect effect) {
    if (effect instanceof VolumeChange.AttributesChanged changed) {
      state.kept().committedHere(changed.inode(), changed.attributes());
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
    state.kept().forget(inode);
    if (inodes.isKnown(inode)) {
      drops.addPages(inode, null);
    }
  }

  @Override
  public void outcomeUnknown() {
    // The kernel may believe in a name, or its absence, that the operation has changed after all.
    stamps.everythingChanged();
    drops.attributes.add(drops::dropNames);
  }

  /** The node cannot be sure of anything any more: the kernel has to ask for everything. */
  void distrust() {
    stamps.everythingChanged();
    drops.attributes.add(drops::dropNamesAndAttributes);
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
    drops.attributes.add(() -> drops.dropAttributes(inode));
  }
}
