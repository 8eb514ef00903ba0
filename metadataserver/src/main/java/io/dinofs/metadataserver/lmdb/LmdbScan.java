package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VolumeScan;
import java.util.List;

/** A scan that goes on behind the last key of the page before. */
final class LmdbScan implements VolumeScan {
  /** What is read at once, so that a thread which serves others too has little to do at a time. */
  private static final long PAGE_BYTES = 256 << 10;

  private final KeptView kept;
  private Bytes last = Bytes.EMPTY;

  LmdbScan(KeptView kept) {
    this.kept = kept;
  }

  @Override
  public CommitNumber at() {
    return kept.at();
  }

  @Override
  public List<VersionedRecord> next() throws DinofsException {
    try (ReadView view = kept.read()) {
      List<VersionedRecord> page = view.scan(last, MAX_PAGE_RECORDS, PAGE_BYTES);
      if (!page.isEmpty()) {
        last = page.get(page.size() - 1).key().encode();
      }
      return page;
    }
  }

  @Override
  public void close() {
    kept.close();
  }
}
