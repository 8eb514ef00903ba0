package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.versioned.CommitOutcomes;
import java.util.List;
import java.util.Optional;

/**
 * What is in memory: the commits that are not in LMDB yet, and of those before, the outcomes and
 * which records they changed.
 *
 * <p>Written under the commit lock; {@link #view} and {@link #statistics} may be called by any
 * thread.
 */
final class Recent {
  private static final int MAX_NODES = 256;
  private static final int MAX_OUTCOMES_PER_NODE = 512;

  private final CommitOutcomes outcomes = new CommitOutcomes(MAX_NODES, MAX_OUTCOMES_PER_NODE);
  private final int rememberedKeys;
  private ChangedKeys changed;

  /** Replaced under the commit lock. */
  private volatile Tables tables = new Tables(new MemTable(), Optional.empty());

  /** What readers see; replaced under the commit lock. */
  private volatile VolumeStatistics published;

  /** Commits up to this are in LMDB; replaced under the commit lock. */
  private volatile CommitNumber checkpoint;

  /**
   * When the active table got its first commit, as {@link System#nanoTime}; written under the
   * commit lock.
   */
  private volatile long activeSinceNanos;

  Recent(RecordTable.State state, int rememberedKeys) {
    this.rememberedKeys = rememberedKeys;
    this.changed = new ChangedKeys(state.checkpoint(), rememberedKeys);
    this.published = new VolumeStatistics(state.inodes(), state.checkpoint());
    this.checkpoint = state.checkpoint();
  }

  /** Takes a commit that the journal had when it was opened; it may be in LMDB already. */
  void replay(JournaledCommit commit) {
    if (commit.number().isAfter(checkpoint)) {
      apply(commit);
      publish();
    } else {
      if (changed.isEmpty()) {
        changed = new ChangedKeys(new CommitNumber(commit.number().value() - 1), rememberedKeys);
      }
      changed.add(commit);
      outcomes.add(commit.id(), commit.result());
    }
  }

  private long pendingInodes;
  private CommitNumber pendingNewest;

  /** Takes a commit that is durable; readers see it after {@link #publish}. */
  void apply(JournaledCommit commit) {
    MemTable active = tables.active();
    if (active.isEmpty()) {
      activeSinceNanos = System.nanoTime();
    }
    active.apply(commit);
    outcomes.add(commit.id(), commit.result());
    changed.add(commit);
    pendingInodes += commit.inodeDelta();
    pendingNewest = commit.number();
  }

  /** Lets readers see what was applied. */
  void publish() {
    if (pendingNewest != null) {
      published = new VolumeStatistics(published.inodes() + pendingInodes, pendingNewest);
      pendingInodes = 0;
      pendingNewest = null;
    }
  }

  Optional<CommitResult> outcomeOf(CommitId id) {
    return outcomes.find(id);
  }

  Optional<List<RecordKey>> changedAfter(CommitNumber from, int limit) {
    return changed.after(from, limit);
  }

  CommitNumber newest() {
    return published.newest();
  }

  VolumeStatistics statistics() {
    return published;
  }

  CommitNumber checkpoint() {
    return checkpoint;
  }

  Tables tables() {
    return tables;
  }

  long activeSinceNanos() {
    return activeSinceNanos;
  }

  /**
   * Begins to read the newest state.
   *
   * <p>The tables are looked at before and after the transaction is begun: if they are still the
   * same, LMDB has at most what the frozen table has, all of which was published before the number
   * that is read last.
   */
  ReadView view(RecordTable table) throws DinofsException {
    while (true) {
      Tables before = tables;
      RecordTable.Reading reading = table.read();
      if (tables.equals(before)) {
        return new ReadView(reading, before, published.newest());
      }
      reading.close();
    }
  }

  /** As {@link #view}, to be read in several steps. */
  KeptView keep(RecordTable table) throws DinofsException {
    while (true) {
      Tables before = tables;
      KeptTransaction transaction = table.keep();
      if (tables.equals(before)) {
        return new KeptView(table, transaction, before, published.newest());
      }
      transaction.close();
    }
  }

  /**
   * Freezes the active table, if there is something in it and nothing is frozen. Returns the frozen
   * one.
   */
  Optional<MemTable> freeze() {
    Tables now = tables;
    if (now.frozen().isEmpty() && !now.active().isEmpty()) {
      tables = new Tables(new MemTable(), Optional.of(now.active()));
    }
    return tables.frozen();
  }

  /** The frozen table is in LMDB. */
  void thaw() {
    Tables now = tables;
    checkpoint = now.frozen().orElseThrow().last();
    tables = new Tables(now.active(), Optional.empty());
  }
}
