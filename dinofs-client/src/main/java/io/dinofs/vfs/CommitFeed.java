package io.dinofs.vfs;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.CommitListener;
import io.dinofs.store.VersionedStore.Subscription;
import io.dinofs.vfs.content.OpenInode;
import java.util.Optional;
import java.util.function.Function;

/**
 * Hands every commit on: to the open files, and to who observes the volume, if anybody does. The
 * store is told that a commit is applied when the observer has said so, or at once if there is
 * none.
 *
 * <p>Safe for any number of threads. The observer is called under this object's lock, so that no
 * call starts after its observation is closed.
 */
final class CommitFeed implements CommitListener, ChangeFeed, AutoCloseable {
  private final OpenInodes open;
  private final RecentInodes recent;
  private final OpenFilePushes openFiles;
  private final OwnCommits own = new OwnCommits();

  /** The newest commit that was told. Guarded by this. */
  private CommitNumber told = CommitNumber.NONE;

  /** Written under this; called without it for what is not in commit order. */
  private volatile VolumeObserver observer;

  /** Null until subscribe has returned; pushes may come before. Written under this. */
  private volatile Subscription subscription;

  CommitFeed(OpenInodes open, RecentInodes recent) {
    this.open = open;
    this.recent = recent;
    this.openFiles = new OpenFilePushes(open, recent);
  }

  /**
   * @throws DinofsException as {@link VersionedStore#subscribe}
   */
  void subscribeTo(VersionedStore store) throws DinofsException {
    Subscription made = store.subscribe(CommitNumber.NONE, this);
    synchronized (this) {
      subscription = made;
      made.applied(told);
    }
  }

  @Override
  public void committed(CommittedChange change) {
    openFiles.tell(change);
    synchronized (this) {
      told = change.number();
      if (observer == null) {
        say(told);
      } else {
        observer.changed(VolumeChanges.of(change, change.own() && own.areKnown()));
      }
    }
  }

  @Override
  public synchronized void reset(CommitNumber at) {
    told = at;
    if (observer == null) {
      say(told);
    } else {
      observer.reset(at);
    }
  }

  @Override
  public boolean wantsEverything() {
    return false;
  }

  @Override
  public void collectInterest(InodeSet interest) {
    open.forEachInode(interest::add);
    recent.forEachInode(interest::add);
    VolumeObserver present = observer;
    if (present != null) {
      present.collectKept(interest);
    }
  }

  private void say(CommitNumber upTo) {
    Subscription made = subscription;
    if (made != null) {
      made.applied(upTo);
    }
  }

  /** See {@link VolumeObserver#appendsMoved}. */
  void appendsMoved(InodeId inode) {
    VolumeObserver present = observer;
    if (present != null) {
      present.appendsMoved(inode);
    }
  }

  /** See {@link VolumeObserver#outcomeUnknown}. */
  void outcomeUnknown() {
    own.outcomeUnknown();
    VolumeObserver present = observer;
    if (present != null) {
      present.outcomeUnknown();
    }
  }

  @Override
  public synchronized Observation observe(Function<Observation, VolumeObserver> added) {
    if (observer != null) {
      throw new IllegalStateException("the volume is observed already");
    }
    Observing observing = new Observing();
    observer = added.apply(observing);
    return observing;
  }

  @Override
  public boolean isDirty(InodeId inode) {
    Optional<OpenInode> file = open.find(inode);
    return file.isPresent() && file.get().isDirty();
  }

  @Override
  public void close() {
    Subscription made = subscription;
    if (made != null) {
      made.close();
    }
  }

  /** What the observer holds. */
  private final class Observing implements Observation {
    private volatile boolean closed;

    @Override
    public void applied(CommitNumber upTo) {
      if (!closed) {
        say(upTo);
      }
    }

    @Override
    public boolean isCurrent() {
      Subscription made = subscription;
      return made != null && made.isCurrent();
    }

    @Override
    public void close() {
      synchronized (CommitFeed.this) {
        if (!closed) {
          closed = true;
          observer = null;
          say(told);
        }
      }
    }
  }
}
