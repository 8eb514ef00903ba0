package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.GroupCommitStore.Accepted;
import io.dinofs.store.GroupCommitStore.Outcome;
import io.dinofs.store.GroupCommitStore.Refused;
import io.dinofs.store.StaleException;
import io.dinofs.store.versioned.CommitEvaluator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Evaluates a group of commits, each on top of the ones before, and makes them durable together.
 * Guarded by the commit lock.
 */
final class CommitWriter implements AutoCloseable {
  /** A group that has grown to this is written before the next commit is evaluated. */
  private static final int MAX_GROUP_BYTES = 8 << 20;

  private final Journal journal;
  private final RecordTable table;
  private final Recent recent;

  CommitWriter(Journal journal, RecordTable table, Recent recent) {
    this.journal = journal;
    this.table = table;
    this.recent = recent;
  }

  /**
   * @throws DinofsException IO, NO_SPACE, BUSY: none was applied
   */
  List<Outcome> write(List<Commit> commits) throws DinofsException {
    List<Outcome> outcomes = new ArrayList<>(commits.size());
    while (outcomes.size() < commits.size()) {
      int before = outcomes.size();
      try {
        writeGroup(commits.subList(before, commits.size()), outcomes);
      } catch (DinofsException e) {
        if (before == 0) {
          throw e;
        }
        // A part is durable already, so the others are refused one by one.
        commits.subList(before, commits.size()).forEach(commit -> outcomes.add(new Refused(e)));
      }
    }
    return outcomes;
  }

  private void writeGroup(List<Commit> commits, List<Outcome> outcomes) throws DinofsException {
    Group group = new Group();
    List<Outcome> groupOutcomes = new ArrayList<>();
    try (ReadView view = recent.view(table)) {
      for (Commit commit : commits) {
        groupOutcomes.add(group.evaluate(commit, view));
        if (group.bytes > MAX_GROUP_BYTES) {
          break;
        }
      }
    }
    if (!group.accepted.isEmpty()) {
      journal.append(group.accepted, recent.checkpoint());
      group.accepted.forEach(recent::apply);
      recent.publish();
    }
    outcomes.addAll(groupOutcomes);
  }

  /** Whether {@link #prepareJournal} should be called soon. */
  boolean wantsPreparation() {
    return journal.wantsSpare();
  }

  /** Spares later commits some work. Needs no lock. */
  void prepareJournal() throws IOException {
    journal.prepareSpare();
  }

  /** Whether the journal needs a checkpoint soon. */
  boolean isJournalFilling() {
    return journal.isFilling(recent.checkpoint());
  }

  /** The commits of a group that are accepted so far, and what they have changed. */
  private final class Group {
    private final List<JournaledCommit> accepted = new ArrayList<>();
    private final Map<RecordKey, VersionedRecord> changed = new HashMap<>();
    private final Map<CommitId, JournaledCommit> byId = new HashMap<>();
    private CommitNumber newest = recent.newest();
    private long bytes;

    Outcome evaluate(Commit commit, ReadView view) {
      Optional<Outcome> earlier = earlier(commit.id());
      if (earlier.isPresent()) {
        return earlier.get();
      }
      try {
        CommitEvaluator.Evaluation evaluation =
            CommitEvaluator.evaluate(commit, newest.next(), key -> read(key, view));
        if (evaluation instanceof CommitEvaluator.Accepted accept) {
          return accept(commit, accept, view);
        }
        CommitEvaluator.Stale stale = (CommitEvaluator.Stale) evaluation;
        return new Refused(new StaleException(newest, stale.current()));
      } catch (DinofsException e) {
        return new Refused(e);
      }
    }

    private Optional<Outcome> earlier(CommitId id) {
      JournaledCommit inGroup = byId.get(id);
      if (inGroup != null) {
        return Optional.of(new Accepted(inGroup.result(), Optional.empty()));
      }
      return recent.outcomeOf(id).map(result -> new Accepted(result, Optional.empty()));
    }

    private Outcome accept(Commit commit, CommitEvaluator.Accepted accept, ReadView view)
        throws DinofsException {
      int inodeDelta = 0;
      for (VersionedRecord record : accept.changed()) {
        if (record.key().kind() == RecordKind.ATTRIBUTES) {
          inodeDelta +=
              (record.isPresent() ? 1 : 0) - (read(record.key(), view).isPresent() ? 1 : 0);
        }
      }
      newest = newest.next();
      JournaledCommit journaled =
          new JournaledCommit(newest, commit.id(), accept.changed(), accept.touched(), inodeDelta);
      accepted.add(journaled);
      byId.put(commit.id(), journaled);
      accept.changed().forEach(record -> changed.put(record.key(), record));
      bytes += JournalCodec.bytes(journaled);
      return new Accepted(
          journaled.result(), Optional.of(new CommittedChange(newest, accept.changed())));
    }

    private VersionedRecord read(RecordKey key, ReadView view) throws DinofsException {
      VersionedRecord own = changed.get(key);
      return own == null ? view.read(key) : own;
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
