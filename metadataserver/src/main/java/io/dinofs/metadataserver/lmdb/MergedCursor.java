package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayList;
import java.util.List;

/** Several cursors as one: of records with the same key, the first cursor's counts. */
final class MergedCursor implements RecordCursor {
  private final List<RecordCursor> sources;

  /** Whether the source of the same index stands at a record. */
  private final boolean[] live;

  private RecordCursor current;

  /**
   * @param sources the newest first
   */
  MergedCursor(List<RecordCursor> sources) throws DinofsException {
    this.sources = new ArrayList<>(sources);
    this.live = new boolean[sources.size()];
    for (int i = 0; i < live.length; i++) {
      live[i] = sources.get(i).next();
    }
  }

  @Override
  public boolean next() throws DinofsException {
    if (current != null) {
      advance(current.key());
    }
    current = null;
    for (int i = 0; i < live.length; i++) {
      RecordCursor source = sources.get(i);
      if (live[i] && (current == null || source.key().compareTo(current.key()) < 0)) {
        current = source;
      }
    }
    return current != null;
  }

  private void advance(Bytes past) throws DinofsException {
    for (int i = 0; i < live.length; i++) {
      if (live[i] && sources.get(i).key().equals(past)) {
        live[i] = sources.get(i).next();
      }
    }
  }

  @Override
  public Bytes key() {
    return current.key();
  }

  @Override
  public VersionedRecord record() throws DinofsException {
    return current.record();
  }
}
