package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;

/** What a {@link ReadView} shows, kept for several of them. Used by one thread at a time. */
final class KeptView implements AutoCloseable {
  private final RecordTable table;
  private final KeptTransaction transaction;
  private final Tables tables;
  private final CommitNumber at;

  /** The conditions are those of {@link ReadView}. */
  KeptView(RecordTable table, KeptTransaction transaction, Tables tables, CommitNumber at) {
    this.table = table;
    this.transaction = transaction;
    this.tables = tables;
    this.at = at;
  }

  CommitNumber at() {
    return at;
  }

  /**
   * Reads some more.
   *
   * @throws DinofsException STALE if it is not kept any longer, CLOSED
   */
  ReadView read() throws DinofsException {
    return new ReadView(table.read(transaction), tables, at);
  }

  @Override
  public void close() {
    transaction.close();
  }
}
