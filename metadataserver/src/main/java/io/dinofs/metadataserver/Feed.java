package io.dinofs.metadataserver;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Mutation;
import io.dinofs.model.VersionedRecord;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What one connection is told of commits: only what its node may keep something of.
 *
 * <p>That is whatever was read or changed over the connection. While a read is under way everything
 * is of interest, so that nothing falls between the state that it sees and the moment its inodes
 * are noted. From time to time the node is asked what it still keeps; the answer counts together
 * with what was noted since a lease before the question, so that what the node is just taking in is
 * not left out. A node that has resumed is told everything until it has answered.
 *
 * <p>A node also has to know how far it has been told, and an answer must not be ahead of that: so
 * it is told, without records, up to which commit nothing more is of interest to it.
 *
 * <p>Safe for any number of threads; pushes come from the writer, in commit order.
 */
final class Feed {
  /** Where to send; keeps the order of the calls. */
  interface Outlet {
    void send(Message.FromServer message);

    /** Takes the frame over. */
    void send(ByteBuf frame);
  }

  /** What was kept at the last answer may grow by this factor before it is asked again. */
  private static final int GROWTH = 2;

  private final Outlet outlet;
  private final Supplier<CommitNumber> newest;
  private final LongSupplier nanoClock;
  private final long graceNanos;
  private final int leastInodes;

  // The fields below are guarded by this; the volatile ones are read without it.
  private boolean subscribed;
  private boolean wantsEverything;
  private boolean reading;

  /** Whether the node may keep what is not in {@link #interest}: it has resumed. */
  private boolean unknown;

  private InodeSet interest = new InodeSet();

  /** When to ask next, in inodes of interest. */
  private int limit;

  /** What was noted since a round of asking began; null if none is under way. */
  private InodeSet noted;

  private long roundSinceNanos;
  private long round;
  private boolean asked;

  private volatile long told;

  /** An answer has shown this commit. */
  private volatile long shown;

  /**
   * @param newest the newest commit whose push was offered to all feeds
   * @param nanoClock as {@link System#nanoTime}
   * @param graceNanos longer than a node takes to keep what it has read
   * @param leastInodes a node is not asked while fewer are of interest to it
   */
  Feed(
      Outlet outlet,
      Supplier<CommitNumber> newest,
      LongSupplier nanoClock,
      long graceNanos,
      int leastInodes) {
    this.outlet = outlet;
    this.newest = newest;
    this.nanoClock = nanoClock;
    this.graceNanos = graceNanos;
    this.leastInodes = leastInodes;
    this.limit = leastInodes;
  }

  // The subscription

  /**
   * Commits after {@code newestTold} are told from now on.
   *
   * @param everything whether the node wants all of them
   * @param resumed whether the node keeps something that it did not read over this connection
   */
  synchronized void begin(CommitNumber newestTold, boolean everything, boolean resumed) {
    subscribed = true;
    wantsEverything = everything;
    told = newestTold.value();
    unknown = resumed;
    noted = null;
    if (resumed && !everything) {
      beginRound();
    }
  }

  /** Whether the connection is told of commits. */
  synchronized boolean isSubscribed() {
    return subscribed;
  }

  synchronized void end() {
    subscribed = false;
  }

  // What is of interest

  /** A read begins; {@link #readEnded} ends it. One at a time. */
  synchronized void reading() {
    reading = true;
  }

  /**
   * A read has found something.
   *
   * @param records absent records too
   * @param at the commit that it saw
   */
  synchronized void read(Iterable<VersionedRecord> records, CommitNumber at) {
    records.forEach(record -> note(record.key().inode()));
    shown = Math.max(shown, at.value());
  }

  /** A read is over, whatever it has found; before its answer is sent. */
  synchronized void readEnded() {
    reading = false;
  }

  /** Something of an inode is read, or found missing. */
  synchronized void note(InodeId inode) {
    interest.add(inode);
    if (noted != null) {
      noted.add(inode);
    }
  }

  /** A commit came whose outcome the node will keep. */
  synchronized void changing(Commit commit) {
    for (Mutation mutation : commit.mutations()) {
      note(mutation.key().inode());
    }
  }

  /** To be called now and then: asks the node if there is reason to. */
  synchronized void ask() {
    if (!subscribed || wantsEverything) {
      return;
    }
    if (noted == null && interest.size() >= limit) {
      beginRound();
    }
    if (noted != null && !asked && nanoClock.getAsLong() - roundSinceNanos >= graceNanos) {
      asked = true;
      outlet.send(new Message.AskInterest(round));
    }
  }

  private void beginRound() {
    noted = new InodeSet();
    roundSinceNanos = nanoClock.getAsLong();
    round++;
    asked = false;
  }

  /** The node has answered what it keeps. */
  synchronized void answered(Message.Interest answer) {
    if (noted == null || !asked || answer.round() != round) {
      return; // it was asked over a subscription before this one
    }
    noted.addAll(answer.inodes());
    interest = noted;
    noted = null;
    unknown = false;
    limit = Math.max(leastInodes, GROWTH * interest.size());
  }

  // What is told

  /**
   * Tells a commit if it is of interest.
   *
   * @param frame the push; still the caller's
   * @return false if the node need not know of it
   */
  synchronized boolean push(CommittedChange change, ByteBuf frame) {
    if (!subscribed || !concerns(change.records())) {
      return false;
    }
    told = change.number().value();
    outlet.send(frame.retainedDuplicate());
    return true;
  }

  private boolean concerns(List<VersionedRecord> records) {
    if (wantsEverything || unknown || reading) {
      return true;
    }
    for (VersionedRecord record : records) {
      if (interest.mayContain(record.key().inode())) {
        return true;
      }
    }
    return false;
  }

  /** A commit can't be told, so the node has to start anew. */
  synchronized void reset(CommitNumber at) {
    if (subscribed) {
      told = at.value();
      outlet.send(new Message.Reset(Message.NO_TAG, at));
    }
  }

  /** {@link #newest} has moved on: if an answer has shown what was left out, that is told. */
  void newestChanged() {
    if (shown > told) {
      tellUpTo(new CommitNumber(shown));
    }
  }

  /** An answer is about to be sent that shows a commit. */
  void showing(CommitNumber at) {
    if (at.value() > told) {
      tellUpTo(at);
    }
  }

  /** Of what is newer than {@link #newest} the writer will tell, by {@link #newestChanged}. */
  private synchronized void tellUpTo(CommitNumber at) {
    shown = Math.max(shown, at.value());
    CommitNumber offered = newest.get();
    if (subscribed && shown > told && offered.value() >= shown) {
      told = offered.value();
      outlet.send(new Message.Passed(offered));
    }
  }
}
