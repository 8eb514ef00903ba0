package io.dinofs.cache;

import io.dinofs.model.RecordKey;

/** A record that is known by itself, present or absent. */
final class CachedRecord extends Evictable {
  private final RecordKey key;

  /** Written under the cache's write lock, read under any stamp of it. */
  private RecordState state;

  CachedRecord(RecordKey key, RecordState state) {
    this.key = key;
    this.state = state;
  }

  RecordKey key() {
    return key;
  }

  RecordState state() {
    return state;
  }

  void setState(RecordState newState) {
    state = newState;
  }

  int cost() {
    return HeapCost.RECORD + HeapCost.of(key.name()) + state.valueBytes();
  }
}
