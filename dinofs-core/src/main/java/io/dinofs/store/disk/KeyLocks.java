package io.dinofs.store.disk;

import io.dinofs.store.Key;
import java.util.stream.Stream;

/** Monitors, each for a share of all keys. Nothing is written to a device under one. */
final class KeyLocks {
  private static final int LOCKS = 64;

  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  Object of(Key key) {
    return locks[Math.floorMod(key.hashCode(), LOCKS)];
  }
}
