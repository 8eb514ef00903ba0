package io.dinofs.vfs;

import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;

/**
 * Numbers for new inodes, taken from the volume's counter in ranges, so that most inodes cost no
 * commit for their number. What is left of a range when the node stops is never used. Safe for any
 * number of threads.
 */
final class InodeNumbers {
  private static final int RANGE = 1024;

  private final Transactions transactions;

  /** Guarded by this; the first free number. */
  private long next;

  /** Guarded by this; one behind the last free number. */
  private long end;

  InodeNumbers(Transactions transactions) {
    this.transactions = transactions;
  }

  InodeId take() throws DinofsException {
    while (true) {
      synchronized (this) {
        if (next < end) {
          return new InodeId(next++);
        }
      }
      long first = takeRange();
      synchronized (this) {
        if (next >= end) {
          next = first;
          end = first + RANGE;
        }
      }
    }
  }

  /** As {@link #take}, but leaves out what is left of the range that {@code used} is of. */
  InodeId takeBehind(InodeId used) throws DinofsException {
    synchronized (this) {
      if (end - RANGE <= used.value() && used.value() < end) {
        next = end;
      }
    }
    return take();
  }

  private long takeRange() throws DinofsException {
    RecordKey counter = VolumeFormat.NEXT_INODE;
    return transactions.run(
        transaction -> {
          VersionedRecord record = transaction.read(counter);
          long first =
              Counter.decode(
                      record
                          .value()
                          .orElseThrow(
                              () ->
                                  new CorruptRecordException(
                                      "the volume has no counter " + counter)))
                  .value();
          transaction.put(counter, new Counter(first + RANGE).encode());
          return first;
        });
  }
}
