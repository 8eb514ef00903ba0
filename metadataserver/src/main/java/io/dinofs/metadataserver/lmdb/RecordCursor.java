package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VersionedRecord;

/**
 * Walks over records in the order of their keys; stands in front of the first until {@link #next}
 * is called.
 */
interface RecordCursor {
  /**
   * Goes on to the next record.
   *
   * @return false behind the last
   */
  boolean next() throws DinofsException;

  /** The encoded key of the record it stands at. */
  Bytes key();

  /** The record it stands at; absent if it was removed. */
  VersionedRecord record() throws DinofsException;
}
