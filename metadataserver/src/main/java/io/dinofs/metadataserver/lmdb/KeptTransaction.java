package io.dinofs.metadataserver.lmdb;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.lmdbjava.Txn;

/**
 * A read transaction that is open between calls. Its owner uses it in one thread at a time; whoever
 * enlarges LMDB's map may end it in between.
 */
final class KeptTransaction implements AutoCloseable {
  private final Txn<ByteBuffer> txn;
  private final KeptTransactions all;

  /** Guarded by this. */
  private boolean reading;

  /** Guarded by this. */
  private boolean ended;

  KeptTransaction(Txn<ByteBuffer> txn, KeptTransactions all) {
    this.txn = txn;
    this.all = all;
  }

  /** The transaction, to be read until {@link #pause}; empty if it has ended. */
  synchronized Optional<Txn<ByteBuffer>> begin() {
    if (ended) {
      return Optional.empty();
    }
    reading = true;
    return Optional.of(txn);
  }

  synchronized void pause() {
    reading = false;
    if (ended) {
      txn.close();
    }
  }

  /** Ends it; if it is being read from, when that is over. */
  @Override
  public void close() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      if (!reading) {
        txn.close();
      }
    }
    all.remove(this);
  }
}
