package io.dinofs.store;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what it is told, and says at once that it has applied it, so that no strict commit
 * waits for it.
 */
public final class RecordingListener implements VersionedStore.CommitListener {
  private final List<CommittedChange> changes = new ArrayList<>();
  private final List<CommitNumber> resets = new ArrayList<>();
  private final Map<RecordKey, VersionedRecord> state = new HashMap<>();
  private VersionedStore.Subscription subscription;
  private CommitNumber newest = CommitNumber.NONE;

  /** To be called with what subscribe returned. */
  public synchronized VersionedStore.Subscription attach(VersionedStore.Subscription to) {
    subscription = to;
    to.applied(newest);
    return to;
  }

  @Override
  public synchronized void committed(CommittedChange change) {
    changes.add(change);
    for (VersionedRecord record : change.records()) {
      VersionedRecord known = state.get(record.key());
      if (known == null
          || !known.isPresent()
          || !record.isPresent()
          || record.version().compareTo(known.version()) >= 0) {
        state.put(record.key(), record);
      }
    }
    apply(change.number());
  }

  @Override
  public synchronized void reset(CommitNumber at) {
    resets.add(at);
    apply(at);
  }

  private void apply(CommitNumber number) {
    newest = number;
    if (subscription != null) {
      subscription.applied(number);
    }
  }

  public synchronized List<CommittedChange> changes() {
    return List.copyOf(changes);
  }

  public synchronized List<CommitNumber> numbers() {
    return changes.stream().map(CommittedChange::number).toList();
  }

  public synchronized List<CommitNumber> resets() {
    return List.copyOf(resets);
  }

  /** What it was last told of each record. */
  public synchronized Map<RecordKey, VersionedRecord> state() {
    return Map.copyOf(state);
  }

  public synchronized CommitNumber newest() {
    return newest;
  }
}
