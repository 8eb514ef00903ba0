package io.dinofs.store;

import io.dinofs.model.DinofsException;

/** A {@link VersionedStore} that can be read as a whole: for checks, collections and backups. */
public interface ScannableStore extends VersionedStore {
  /**
   * Begins to read all records as they are after the newest commit. Commits go on meanwhile, and
   * the scan does not show them. The store keeps that state for the scan, so it is to be read
   * without pauses and closed.
   *
   * @throws DinofsException BUSY if as many scans are open as the store allows; UNAVAILABLE,
   *     INTERRUPTED, IO, CLOSED
   */
  VolumeScan scan() throws DinofsException;
}
