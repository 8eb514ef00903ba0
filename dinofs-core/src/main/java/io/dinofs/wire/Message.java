package io.dinofs.wire;

import io.dinofs.access.Role;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Listing;
import io.dinofs.model.LockPlace;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.VersionedStore.Children;
import java.util.List;
import java.util.Optional;

/** A message between a client and the metadata server. */
public sealed interface Message {
  /** The tag of messages that nobody answers. */
  long NO_TAG = 0;

  /** Pairs an answer with its request. */
  long tag();

  /** A message that only a client sends. */
  sealed interface FromClient extends Message {}

  /** A message that only the server sends. */
  sealed interface FromServer extends Message {
    /**
     * The commit as of which an answer tells; {@link CommitNumber#NONE} if it tells of none. What
     * is pushed is told before whatever shows it.
     */
    default CommitNumber shows() {
      return CommitNumber.NONE;
    }
  }

  /**
   * Stands before HELLO where the server wants to know its nodes; HELLO waits for its answer.
   *
   * @param token in plain text, and never told by {@link #toString}
   */
  record Auth(long tag, String token) implements FromClient {
    @Override
    public String toString() {
      return "Auth[tag=" + tag + "]";
    }
  }

  /** The answer to AUTH: what the node may do. */
  record Authenticated(long tag, Role role) implements FromServer {}

  /**
   * The first message of a connection, save for AUTH.
   *
   * @param protocolVersion {@link Frames#PROTOCOL_VERSION} of the client
   * @param volume the volume that the client knows; empty if it takes any
   * @param node names the node over all its connections
   */
  record Hello(
      long tag,
      int protocolVersion,
      Optional<VolumeId> volume,
      NodeId node,
      Consistency consistency)
      implements FromClient {}

  /**
   * The answer to HELLO.
   *
   * @param newest the newest commit
   * @param leaseMillis how long the server waits for a node that it does not hear of
   * @param serverEpochNanos the server's clock, nanoseconds since 1970
   */
  record Welcome(
      long tag, VolumeId volume, CommitNumber newest, int leaseMillis, long serverEpochNanos)
      implements FromServer {}

  /** {@link io.dinofs.store.VersionedStore#get}. */
  record Get(long tag, List<RecordKey> keys, Children children) implements FromClient {
    public Get {
      keys = List.copyOf(keys);
    }
  }

  /** The answer to GET. */
  record Records(long tag, Snapshot snapshot) implements FromServer {
    @Override
    public CommitNumber shows() {
      return snapshot.at();
    }
  }

  /** {@link io.dinofs.store.VersionedStore#list}. */
  record ListRecords(
      long tag, InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      implements FromClient {}

  /** The answer to LIST. */
  record Page(long tag, Listing listing) implements FromServer {
    @Override
    public CommitNumber shows() {
      return listing.at();
    }
  }

  /** {@link io.dinofs.store.VersionedStore#commit}. */
  record CommitRequest(long tag, Commit commit) implements FromClient {}

  /** The answer to a COMMIT that was accepted. */
  record Committed(long tag, CommitResult result) implements FromServer {
    @Override
    public CommitNumber shows() {
      return result.number();
    }
  }

  /**
   * The answer to a COMMIT that was refused because records have changed.
   *
   * @param at the commit as of which they were read
   * @param current the records that have changed, as they are now
   */
  record Stale(long tag, CommitNumber at, List<VersionedRecord> current) implements FromServer {
    public Stale {
      current = List.copyOf(current);
    }

    @Override
    public CommitNumber shows() {
      return at;
    }
  }

  /**
   * Asks for all commits after {@code from}; 0 stands for a node that knows nothing yet.
   *
   * @param applied what APPLIED would say
   * @param everything whether commits about all inodes are to be told, and not only those that are
   *     of interest: what was read or changed over this connection, or is named by INTEREST
   */
  record Subscribe(long tag, CommitNumber from, CommitNumber applied, boolean everything)
      implements FromClient {}

  /**
   * The answer to SUBSCRIBE if the server knows what has changed since.
   *
   * @param newest the newest commit; the node is current when it has applied it
   */
  record Subscribed(long tag, CommitNumber newest) implements FromServer {}

  /**
   * The answer to SUBSCRIBE if the server does not know any more what has changed since: nothing
   * that the node read before counts.
   *
   * @param at the newest commit; pushes go on behind it
   */
  record Reset(long tag, CommitNumber at) implements FromServer {}

  /** Ends a subscription; nobody waits for the node any more. */
  record Unsubscribe() implements FromClient {
    @Override
    public long tag() {
      return NO_TAG;
    }
  }

  /**
   * A commit, told to every subscribed node that it is of interest to.
   *
   * <p>To bring a returning node up to date takes several pushes. All but the last have a number
   * that the node knows already, and belong together with the next that has a greater one.
   *
   * @param committer the node whose commit it is: it does not wait for itself; {@link #NOBODY} if
   *     it is several nodes'
   */
  record Push(NodeId committer, CommittedChange change) implements FromServer {
    /** No node that commits. */
    public static final NodeId NOBODY = new NodeId(0);

    @Override
    public long tag() {
      return NO_TAG;
    }
  }

  /**
   * Commits up to {@code upTo} that were not pushed are of no interest to the node. Nobody waits
   * until it has applied them.
   */
  record Passed(CommitNumber upTo) implements FromServer {
    @Override
    public long tag() {
      return NO_TAG;
    }
  }

  /**
   * Asks a subscribed node for INTEREST, after which it is not told any more of what it does not
   * name there, nor has read or changed since the server sent this.
   *
   * @param round comes back in the answer, not {@link #NO_TAG}
   */
  record AskInterest(long round) implements FromServer {
    @Override
    public long tag() {
      return round;
    }
  }

  /** The answer to ASK_INTEREST: what the node keeps. The set must not be changed any more. */
  record Interest(long round, InodeSet inodes) implements FromClient {
    @Override
    public long tag() {
      return round;
    }
  }

  /**
   * The node has applied all pushes up to {@code upTo} and will not show an older state any more.
   */
  record Applied(CommitNumber upTo) implements FromClient {
    @Override
    public long tag() {
      return NO_TAG;
    }
  }

  /** Renews the node's lease and asks for a PONG. */
  record Ping(long tag) implements FromClient {}

  /**
   * The answer to PING.
   *
   * @param newest the newest commit; its push was sent before this
   * @param serverEpochNanos the server's clock, nanoseconds since 1970
   */
  record Pong(long tag, CommitNumber newest, long serverEpochNanos) implements FromServer {
    @Override
    public CommitNumber shows() {
      return newest;
    }
  }

  /**
   * {@link io.dinofs.store.VolumeScan#next}. The state is kept for the connection, until the end is
   * told, END_SCAN comes, or the connection is gone.
   *
   * @param scan {@link #NEW_SCAN}, or what the answer before has told
   */
  record Scan(long tag, long scan) implements FromClient {
    /** Begins a scan. */
    public static final long NEW_SCAN = 0;
  }

  /**
   * The answer to SCAN.
   *
   * @param scan not {@link Scan#NEW_SCAN}; names the scan on its connection
   * @param at the commit as of which the records are told, the same for the whole scan
   * @param records the next ones; none at the end
   */
  record Scanned(long tag, long scan, CommitNumber at, List<VersionedRecord> records)
      implements FromServer {
    public Scanned {
      records = List.copyOf(records);
    }
  }

  /** The client wants no more of a scan. */
  record EndScan(long scan) implements FromClient {
    @Override
    public long tag() {
      return NO_TAG;
    }
  }

  /** {@link io.dinofs.store.VersionedStore#statistics}. */
  record GetStatistics(long tag) implements FromClient {}

  /** The answer to STATISTICS. */
  record Statistics(long tag, VolumeStatistics statistics) implements FromServer {
    @Override
    public CommitNumber shows() {
      return statistics.newest();
    }
  }

  /** {@link io.dinofs.store.LockService#test}. */
  record TestLock(long tag, FileLock wanted) implements FromClient {}

  /** The answer to TEST_LOCK: what is in the way. */
  record LockTested(long tag, Optional<FileLock> inTheWay) implements FromServer {}

  /**
   * Takes a lock for an owner of the node that asks.
   *
   * @param mayWait whether the answer is held until the lock is granted, or cancelled
   */
  record Lock(long tag, FileLock wanted, boolean mayWait) implements FromClient {}

  /** {@link io.dinofs.store.LockService#release}. */
  record Unlock(long tag, LockPlace place) implements FromClient {}

  /**
   * The answer to a LOCK that is granted, and to UNLOCK.
   *
   * @param newest the newest commit: what others did before they gave up their locks is not later
   */
  record LockDone(long tag, CommitNumber newest) implements FromServer {
    @Override
    public CommitNumber shows() {
      return newest;
    }
  }

  /**
   * Waits no longer for the answer to LOCK {@code lockTag}, which is a refusal if it is not out.
   */
  record CancelLock(long lockTag) implements FromClient {
    @Override
    public long tag() {
      return NO_TAG;
    }
  }

  /**
   * The first that a node says of locks over a new connection, if it has said anything before: all
   * that it holds. It gives up everything else.
   */
  record Reassert(long tag, List<FileLock> held) implements FromClient {
    public Reassert {
      held = List.copyOf(held);
    }
  }

  /**
   * The answer to REASSERT.
   *
   * @param kept false if the node has lost its locks, all of them
   */
  record Reasserted(long tag, boolean kept) implements FromServer {}

  /** The node leaves: it needs no lease any more. The client closes the connection after it. */
  record Goodbye() implements FromClient {
    @Override
    public long tag() {
      return NO_TAG;
    }
  }

  /**
   * A request failed; with tag 0 the connection is closed after it.
   *
   * @param text for people only, cut at {@value Frames#MAX_TEXT_BYTES} bytes
   */
  record Failure(long tag, ErrorKind kind, String text) implements FromServer {}
}
