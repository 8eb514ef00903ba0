package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.VolumeScan;
import io.dinofs.store.disk.DirectoryLock;
import io.dinofs.store.disk.PrivateDirectory;
import io.dinofs.store.versioned.LocalSubscription;
import io.dinofs.store.versioned.ReadLimits;
import io.dinofs.store.versioned.Subscribers;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A volume in a directory: journal, table in memory, LMDB. What commit returns for is on the disk.
 * A second store on the same directory is refused.
 *
 * <p>Any number of subscribers; each has been told of a commit when the commit returns.
 */
public final class LmdbVersionedStore implements GroupCommitStore {
  private final VolumeId volume;
  private final DirectoryLock directoryLock;
  private final RecordTable table;
  private final ReentrantLock commitLock = new ReentrantLock();
  private final CommitWriter writer; // guarded by commitLock
  private final Checkpointer checkpointer;
  private final Recent recent;
  private final Subscribers subscribers = new Subscribers();

  /** Written under commitLock. */
  private volatile boolean closed;

  private LmdbVersionedStore(Opened opened, LmdbSettings settings) {
    this.volume = opened.volume();
    this.directoryLock = opened.lock();
    this.table = opened.table();
    this.recent = opened.recent();
    this.writer = new CommitWriter(opened.journal(), table, recent);
    this.checkpointer = new Checkpointer(volume, table, recent, commitLock, settings);
  }

  private record Opened(
      VolumeId volume, DirectoryLock lock, RecordTable table, Journal journal, Recent recent) {}

  /**
   * Opens the volume in {@code directory}, or makes a new one if it is empty or not there.
   *
   * @throws DinofsException BUSY if another server has it; CORRUPT, naming the file, if what was
   *     durable is damaged; NOT_SUPPORTED for a volume of another format; ACCESS_DENIED, NO_SPACE,
   *     IO
   */
  public static LmdbVersionedStore open(Path directory, LmdbSettings settings)
      throws DinofsException {
    try {
      PrivateDirectory.make(directory);
      return openLocked(directory, settings);
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot open the volume in " + directory + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied: " + e.getMessage();
    }
    if (e instanceof FileAlreadyExistsException) {
      return "not a directory: " + e.getMessage();
    }
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static LmdbVersionedStore openLocked(Path directory, LmdbSettings settings)
      throws IOException {
    DirectoryLock lock = DirectoryLock.acquire(directory);
    RecordTable table = null;
    boolean done = false;
    try {
      table = RecordTable.open(directory.resolve("lmdb"), settings.leastMapBytes());
      RecordTable.State state = NewVolume.stateOf(table, directory);
      Recent recent = new Recent(state, settings.rememberedKeys());
      Journal journal =
          Journal.open(
              directory.resolve("journal"),
              state.volume(),
              settings.segmentBytes(),
              state.checkpoint(),
              recent::replay);
      done = true;
      return new LmdbVersionedStore(
          new Opened(state.volume(), lock, table, journal, recent), settings);
    } finally {
      if (!done) {
        if (table != null) {
          table.close();
        }
        lock.close();
      }
    }
  }

  @Override
  public VolumeId volume() throws DinofsException {
    requireOpen();
    return volume;
  }

  @Override
  public Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    ReadLimits.checkKeys(keys);
    try (ReadView view = recent.view(table)) {
      return view.get(keys, children);
    }
  }

  @Override
  public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    ReadLimits.checkListLimit(limit);
    try (ReadView view = recent.view(table)) {
      return view.list(inode, kind, after, limit, children);
    }
  }

  @Override
  public CommitResult commit(Commit commit) throws DinofsException {
    Outcome outcome = commitAll(List.of(commit)).get(0);
    if (outcome instanceof Refused refused) {
      throw refused.reason();
    }
    return ((Accepted) outcome).result();
  }

  @Override
  public List<Outcome> commitAll(List<Commit> commits) throws DinofsException {
    List<Outcome> outcomes;
    CommitNumber newest;
    boolean journalIsFilling;
    boolean wantsPreparation;
    commitLock.lock();
    try {
      checkpointer.admitCommits();
      requireOpen();
      outcomes = writer.write(commits);
      for (Outcome outcome : outcomes) {
        if (outcome instanceof Accepted accepted) {
          accepted.change().ifPresent(subscribers::enqueue);
        }
      }
      newest = recent.newest();
      journalIsFilling = writer.isJournalFilling();
      wantsPreparation = writer.wantsPreparation();
    } finally {
      commitLock.unlock();
    }
    subscribers.deliver(newest);
    if (wantsPreparation) {
      checkpointer.prepare(writer::prepareJournal);
    }
    checkpointer.committed(journalIsFilling);
    return outcomes;
  }

  @Override
  public Optional<List<RecordKey>> changedAfter(CommitNumber from, int limit)
      throws DinofsException {
    commitLock.lock();
    try {
      requireOpen();
      return recent.changedAfter(from, limit);
    } finally {
      commitLock.unlock();
    }
  }

  @Override
  public Subscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException {
    LocalSubscription subscription;
    CommitNumber newest;
    commitLock.lock();
    try {
      requireOpen();
      newest = recent.newest();
      subscription = subscribers.add(listener, missed(from, newest), newest);
    } finally {
      commitLock.unlock();
    }
    subscription.deliver(newest);
    return subscription;
  }

  private Optional<List<CommittedChange>> missed(CommitNumber from, CommitNumber newest)
      throws DinofsException {
    Optional<List<RecordKey>> keys = recent.changedAfter(from, MAX_GET_KEYS);
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    if (!newest.isAfter(from)) {
      return Optional.of(List.of());
    }
    List<VersionedRecord> records = new ArrayList<>();
    try (ReadView view = recent.view(table)) {
      for (RecordKey key : keys.get()) {
        records.add(view.read(key));
      }
    }
    return Optional.of(List.of(new CommittedChange(newest, records)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>As long as a scan is open LMDB uses no page again, so its file grows with what is written,
   * and the commits that were in memory when it began stay there. How many are open at once is for
   * the caller to bound. A scan becomes STALE when LMDB's map has to be enlarged.
   */
  @Override
  public VolumeScan scan() throws DinofsException {
    requireOpen();
    return new LmdbScan(recent.keep(table));
  }

  @Override
  public VolumeStatistics statistics() throws DinofsException {
    requireOpen();
    return recent.statistics();
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
    }
  }

  /** Moves what is in memory to LMDB, so that the next start is quick, and closes the files. */
  @Override
  public void close() throws DinofsException {
    commitLock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      commitLock.unlock();
    }
    subscribers.close();
    try {
      checkpointer.close();
    } finally {
      closeFiles();
    }
  }

  private void closeFiles() throws DinofsException {
    table.close();
    commitLock.lock();
    try (directoryLock) {
      writer.close();
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot close the volume's files: " + e.getMessage(), e);
    } finally {
      commitLock.unlock();
    }
  }

  /**
   * Waits until what was committed before this call is in LMDB. For tests of what happens after a
   * checkpoint.
   */
  void checkpoint() throws DinofsException {
    checkpointer.checkpoint();
  }

  /** How large LMDB's map is. */
  long mapBytes() {
    return table.mapBytes();
  }

  /** Gives the files back as a process does that is killed: nothing is written. */
  void abandon() throws IOException {
    checkpointer.abandon();
    table.close();
    commitLock.lock();
    try (directoryLock) {
      closed = true;
      writer.close();
    } finally {
      commitLock.unlock();
    }
  }
}
