package io.dinofs.store;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import java.util.List;

/**
 * The records of a volume. A change is accepted only from a caller who saw the newest version of
 * what it changes.
 *
 * <p>Commits are numbered in the order in which they happened. A read that starts after a commit
 * has returned sees that commit; no reader sees an older state of a record after a newer one, nor a
 * part of a commit.
 */
public interface VersionedStore extends AutoCloseable {
  /** The most keys of one {@link #get}. */
  int MAX_GET_KEYS = 1024;

  /** The most records of one page of {@link #list}. */
  int MAX_LIST_LIMIT = 4096;

  /**
   * Whether a read also returns the attributes of the inodes that directory entries in its answer
   * name.
   */
  enum Children {
    WITHOUT_ATTRIBUTES,
    WITH_ATTRIBUTES
  }

  /**
   * The volume's identity.
   *
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, CLOSED
   */
  VolumeId volume() throws DinofsException;

  /**
   * Reads records at one moment. An absent record is in the answer as absent.
   *
   * @param keys 1 to {@link #MAX_GET_KEYS}
   * @param children WITH_ATTRIBUTES appends the attributes of the children that present entries
   *     name, absent ones as absent
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, CORRUPT, IO, CLOSED, INVALID for too many
   *     keys
   */
  Snapshot get(List<RecordKey> keys, Children children) throws DinofsException;

  /**
   * Reads a page of an inode's records of one kind, in the order of their names.
   *
   * @param after the page starts behind this name; {@link Bytes#EMPTY} starts with the first
   * @param limit the most records, 1 to {@link #MAX_LIST_LIMIT}; a page may have fewer and still
   *     have more after it
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, CORRUPT, IO, CLOSED, INVALID for a limit out
   *     of range
   */
  Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException;

  /**
   * Applies a commit as a whole, or not at all. When it returns, the commit is durable, and every
   * strict subscriber elsewhere has applied it or has lost its lease. A commit with the id of one
   * that was applied already is not applied again and has that one's result.
   *
   * @throws StaleException if a record has not the version that the commit names, or a touched
   *     directory is gone
   * @throws DinofsException UNAVAILABLE: it is not known whether the commit was applied;
   *     INTERRUPTED: likewise; NO_SPACE, INVALID, NOT_PERMITTED, IO, CLOSED: it was not
   */
  CommitResult commit(Commit commit) throws DinofsException;

  /**
   * Calls {@code listener} with every commit after {@code from}, in order, this store's own ones
   * too, until the subscription is closed. A read that starts after the listener was told of a
   * commit shows it. A store has at most one subscription of its caller at a time.
   *
   * @param from {@link CommitNumber#NONE} for a subscriber that knows nothing yet: it starts with a
   *     reset at the newest commit
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, CLOSED, BUSY if it has one already and can't
   *     have two
   */
  Subscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException;

  /**
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  VolumeStatistics statistics() throws DinofsException;

  @Override
  void close() throws DinofsException;

  /**
   * Is told what happens to the volume, one call at a time. A listener must not call the store,
   * must not block on anything that waits for it, and must not throw.
   */
  interface CommitListener {
    /**
     * A commit. Of a record told twice, the one with the greater version, or the later call,
     * counts.
     */
    void committed(CommittedChange change);

    /**
     * Continuity is lost: commits up to {@code at} may have been missed, so nothing that was read
     * before it counts.
     */
    void reset(CommitNumber at);

    /**
     * Whether the listener has to be told of every commit; asked once for a subscription, before
     * anything is told. If not, a store that is far away may leave out the records of commits about
     * inodes that its caller has neither read nor changed since it subscribed, nor named when it
     * was asked by {@link #collectInterest}. It then tells {@link #committed} of their number
     * without records, perhaps of several at once and some time later, but before an answer is
     * given that was read at that commit.
     */
    default boolean wantsEverything() {
      return true;
    }

    /**
     * Adds the inodes of all that the listener keeps and whose changes it has to be told of. From
     * then on it may not be told of others, until they are read or changed again. What is being
     * read or changed during the call must not be kept unless it is added too.
     */
    default void collectInterest(InodeSet interest) {}
  }

  /** Being told. Safe for any number of threads. */
  interface Subscription extends AutoCloseable {
    /**
     * The subscriber has applied all commits up to {@code upTo} and will not show an older state
     * again; a strict commit waits for this.
     */
    void applied(CommitNumber upTo);

    /**
     * Whether every commit that returned before this call has been told, or will not return before
     * it has been told. False while the store's server is away or was silent for longer than the
     * lease.
     */
    boolean isCurrent();

    /**
     * Waits until {@link #isCurrent}.
     *
     * @param limitMillis 0 only asks the server if there is a connection
     * @return whether it is current now
     * @throws DinofsException INTERRUPTED, CLOSED
     */
    boolean awaitCurrent(long limitMillis) throws DinofsException;

    /** No call of the listener starts after this returns. */
    @Override
    void close();
  }
}
