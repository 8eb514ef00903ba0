package io.dinofs.remote.metadata;

import io.dinofs.access.Role;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.LockService;
import io.dinofs.store.ScannableStore;
import io.dinofs.store.StaleException;
import io.dinofs.store.VolumeClock;
import io.dinofs.store.VolumeScan;
import io.dinofs.store.versioned.ReadLimits;
import io.dinofs.wire.Message;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The volume of a metadata server. Connects anew by itself when the connection breaks; what is
 * under way then is sent again, a commit under its id, so that it is applied once. Every call ends
 * within the timeout of the settings.
 */
public final class RemoteVersionedStore implements ScannableStore {
  /**
   * Fewer than the server takes of one connection, and than the outcomes that it remembers of a
   * node.
   */
  private static final int MAX_COMMITS_UNDER_WAY = 256;

  private final RemoteSettings settings;
  private final Session session;
  private final Semaphore commitsUnderWay = new Semaphore(MAX_COMMITS_UNDER_WAY);

  /** Guarded by this. */
  private boolean closed;

  private RemoteVersionedStore(RemoteSettings settings) {
    this.settings = settings;
    this.session = new Session(settings);
  }

  /**
   * Connects to a server.
   *
   * @throws DinofsException UNAVAILABLE if it does not answer within the timeout, WRONG_VOLUME,
   *     NOT_SUPPORTED if it speaks another version of the protocol, ACCESS_DENIED if it wants
   *     another token, or the token could be read on its way; INTERRUPTED
   */
  public static RemoteVersionedStore connect(RemoteSettings settings) throws DinofsException {
    RemoteVersionedStore store = new RemoteVersionedStore(settings);
    boolean connected = false;
    try {
      store.session.start();
      connected = true;
      return store;
    } finally {
      if (!connected) {
        store.close();
      }
    }
  }

  /** The server's clock, as well as it is known. */
  public VolumeClock clock() {
    return session.clock();
  }

  /** The locks of the volume, over the same connection; closed with this. */
  public LockService locks() {
    return session.locks();
  }

  /** What the server lets this node do; ADMIN where it does not ask who it is. */
  public Role role() {
    return session.role();
  }

  /** How the connection is. */
  public ConnectionState state() {
    return session.state();
  }

  @Override
  public VolumeId volume() throws DinofsException {
    requireOpen();
    return session.volume();
  }

  @Override
  public Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    ReadLimits.checkKeys(keys);
    Message answer = session.call(tag -> new Message.Get(tag, keys, children));
    if (answer instanceof Message.Records records) {
      AnswerCheck.get(keys, children, records.snapshot());
      return records.snapshot();
    }
    throw Requests.unexpected(answer);
  }

  @Override
  public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    ReadLimits.checkListLimit(limit);
    Message answer =
        session.call(tag -> new Message.ListRecords(tag, inode, kind, after, limit, children));
    if (answer instanceof Message.Page page) {
      AnswerCheck.list(inode, kind, after, limit, children, page.listing());
      return page.listing();
    }
    throw Requests.unexpected(answer);
  }

  @Override
  public CommitResult commit(Commit commit) throws DinofsException {
    admitCommit();
    try {
      Message answer = session.call(tag -> new Message.CommitRequest(tag, commit));
      if (answer instanceof Message.Committed committed) {
        AnswerCheck.committed(commit, committed.result());
        return committed.result();
      }
      if (answer instanceof Message.Stale stale) {
        AnswerCheck.stale(commit, stale.current());
        throw new StaleException(stale.at(), stale.current());
      }
      throw Requests.unexpected(answer);
    } finally {
      commitsUnderWay.release();
    }
  }

  private void admitCommit() throws DinofsException {
    try {
      if (!commitsUnderWay.tryAcquire(settings.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new DinofsException(ErrorKind.UNAVAILABLE, "too many commits are under way");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted before a commit", e);
    }
  }

  @Override
  public Subscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException {
    return session.subscribe(from, listener);
  }

  /** {@inheritDoc} It becomes STALE when the connection breaks. */
  @Override
  public VolumeScan scan() throws DinofsException {
    return RemoteScan.begin(session);
  }

  @Override
  public VolumeStatistics statistics() throws DinofsException {
    Message answer = session.call(Message.GetStatistics::new);
    if (answer instanceof Message.Statistics statistics) {
      return statistics.statistics();
    }
    throw Requests.unexpected(answer);
  }

  private synchronized void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    session.close();
  }
}
