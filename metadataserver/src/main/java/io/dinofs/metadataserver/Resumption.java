package io.dinofs.metadataserver;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings a returning node up to date: each record that has changed since is told once, as it is
 * now.
 *
 * <p>Several pushes may be needed. All but the last carry the number that the node knows already,
 * so that it does not believe to have applied the newest commit before it has.
 */
final class Resumption {
  /** Few enough that records of the largest size fit a frame. */
  private static final int MAX_RECORDS_PER_PUSH = 64;

  private final GroupCommitStore store;
  private final int maxRecords;

  Resumption(GroupCommitStore store, int maxRecords) {
    this.store = store;
    this.maxRecords = maxRecords;
  }

  /**
   * Answers SUBSCRIBE. Called between two commits.
   *
   * @param newest the newest commit
   * @return false if the node has to start anew
   */
  boolean answer(Connection connection, long tag, CommitNumber from, CommitNumber newest)
      throws DinofsException {
    Optional<List<RecordKey>> changed =
        from.equals(CommitNumber.NONE) ? Optional.empty() : store.changedAfter(from, maxRecords);
    if (changed.isEmpty()) {
      connection.send(new Message.Reset(tag, newest));
      return false;
    }
    connection.send(new Message.Subscribed(tag, newest));
    List<RecordKey> keys = changed.get();
    List<VersionedRecord> records = new ArrayList<>();
    for (int i = 0; i < keys.size(); i += VersionedStore.MAX_GET_KEYS) {
      List<RecordKey> some =
          keys.subList(i, Math.min(keys.size(), i + VersionedStore.MAX_GET_KEYS));
      records.addAll(store.get(some, Children.WITHOUT_ATTRIBUTES).records());
    }
    int sent = 0;
    for (; records.size() - sent > MAX_RECORDS_PER_PUSH; sent += MAX_RECORDS_PER_PUSH) {
      push(connection, from, records.subList(sent, sent + MAX_RECORDS_PER_PUSH));
    }
    if (newest.isAfter(from)) {
      push(connection, newest, records.subList(sent, records.size()));
    }
    return true;
  }

  private static void push(
      Connection connection, CommitNumber number, List<VersionedRecord> records) {
    connection.send(new Message.Push(Message.Push.NOBODY, new CommittedChange(number, records)));
  }
}
