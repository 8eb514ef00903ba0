package io.dinofs.store.versioned;

import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;

/** Reads single records as they are before the commit that is being evaluated. */
@FunctionalInterface
public interface RecordReader {
  /**
   * The record, absent as absent.
   *
   * @throws DinofsException as {@link io.dinofs.store.VersionedStore#get}
   */
  VersionedRecord read(RecordKey key) throws DinofsException;
}
