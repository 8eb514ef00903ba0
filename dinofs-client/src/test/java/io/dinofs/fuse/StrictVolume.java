package io.dinofs.fuse;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.VersionedStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A store that several strict nodes share: a commit of one waits until the others applied it. */
final class StrictVolume {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final VersionedStore records;
  private final List<Node> nodes = new CopyOnWriteArrayList<>();

  /** Held while a commit is made and pushed. */
  private final Object committing = new Object();

  /** Whose commit is being made. Guarded by committing. */
  private Node committer;

  /** How far each node is is guarded by this, which is notified when one moves. */
  private final Object progress = new Object();

  StrictVolume(VersionedStore records) {
    this.records = records;
  }

  /** The store as one node sees it. */
  VersionedStore node() {
    Node node = new Node();
    nodes.add(node);
    return node;
  }

  private void await(CommitNumber number, Node origin) throws DinofsException {
    long end = System.nanoTime() + LIMIT_NANOS;
    synchronized (progress) {
      for (Node node : nodes) {
        while (node != origin && node.subscribed && number.isAfter(node.applied)) {
          long left = end - System.nanoTime();
          if (left <= 0) {
            throw new DinofsException(ErrorKind.UNAVAILABLE, "a node has not applied " + number);
          }
          try {
            TimeUnit.NANOSECONDS.timedWait(progress, left);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted", e);
          }
        }
      }
    }
  }

  private final class Node implements VersionedStore {
    /** Guarded by progress. */
    private CommitNumber applied = CommitNumber.NONE;

    /** Guarded by progress. */
    private boolean subscribed;

    @Override
    public CommitResult commit(Commit commit) throws DinofsException {
      CommitResult result;
      synchronized (committing) {
        committer = this;
        result = records.commit(commit);
      }
      await(result.number(), this);
      return result;
    }

    @Override
    public Subscription subscribe(CommitNumber from, CommitListener listener)
        throws DinofsException {
      Subscription subscription = records.subscribe(from, new Told(listener));
      synchronized (progress) {
        subscribed = true;
      }
      return new Strict(subscription);
    }

    @Override
    public VolumeId volume() throws DinofsException {
      return records.volume();
    }

    @Override
    public Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
      return records.get(keys, children);
    }

    @Override
    public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
        throws DinofsException {
      return records.list(inode, kind, after, limit, children);
    }

    @Override
    public VolumeStatistics statistics() throws DinofsException {
      return records.statistics();
    }

    /** The records belong to all nodes. */
    @Override
    public void close() {}

    /** The store pushes before it answers, so whoever commits at the moment has made the commit. */
    private final class Told implements CommitListener {
      private final CommitListener listener;

      Told(CommitListener listener) {
        this.listener = listener;
      }

      @Override
      public void committed(CommittedChange change) {
        boolean own;
        synchronized (committing) {
          own = committer == Node.this;
        }
        listener.committed(own ? change.asOwn() : change);
      }

      @Override
      public void reset(CommitNumber at) {
        listener.reset(at);
      }

      @Override
      public boolean wantsEverything() {
        return listener.wantsEverything();
      }

      @Override
      public void collectInterest(InodeSet interest) {
        listener.collectInterest(interest);
      }
    }

    private final class Strict implements Subscription {
      private final Subscription subscription;

      Strict(Subscription subscription) {
        this.subscription = subscription;
      }

      @Override
      public void applied(CommitNumber upTo) {
        subscription.applied(upTo);
        synchronized (progress) {
          applied = upTo.isAfter(applied) ? upTo : applied;
          progress.notifyAll();
        }
      }

      @Override
      public boolean isCurrent() {
        return subscription.isCurrent();
      }

      @Override
      public boolean awaitCurrent(long limitMillis) throws DinofsException {
        return subscription.awaitCurrent(limitMillis);
      }

      @Override
      public void close() {
        subscription.close();
        synchronized (progress) {
          subscribed = false;
          progress.notifyAll();
        }
      }
    }
  }
}
