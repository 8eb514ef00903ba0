package io.dinofs.metadataserver.lmdb;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.lmdbjava.Txn;

/** The read transactions that are open between calls. Safe for any number of threads. */
final class KeptTransactions {
  /** Guarded by this. */
  private final Set<KeptTransaction> open = new HashSet<>();

  synchronized KeptTransaction add(Txn<ByteBuffer> txn) {
    KeptTransaction added = new KeptTransaction(txn, this);
    open.add(added);
    return added;
  }

  synchronized void remove(KeptTransaction transaction) {
    open.remove(transaction);
  }

  /** Ends all; nobody reads through one at this time. */
  void endAll() {
    Set<KeptTransaction> ending;
    synchronized (this) {
      ending = Set.copyOf(open);
    }
    ending.forEach(KeptTransaction::close);
  }
}
