package io.dinofs.store.versioned;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VolumeScan;
import java.util.List;

/** A scan of a list of all records, which is never changed. */
public final class ListScan implements VolumeScan {
  private final CommitNumber at;
  private final List<VersionedRecord> records;
  private int position;

  public ListScan(CommitNumber at, List<VersionedRecord> records) {
    this.at = at;
    this.records = List.copyOf(records);
  }

  @Override
  public CommitNumber at() {
    return at;
  }

  @Override
  public List<VersionedRecord> next() {
    int end = Math.min(records.size(), position + MAX_PAGE_RECORDS);
    List<VersionedRecord> page = records.subList(position, end);
    position = end;
    return page;
  }

  @Override
  public void close() {
    position = records.size();
  }
}
