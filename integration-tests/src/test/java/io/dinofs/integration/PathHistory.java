package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** What was done last at each path, by anybody. Safe for any number of threads. */
final class PathHistory {
  private static final int SHOWN = 12;

  /** Guarded by this. */
  private final Map<Bytes, Deque<String>> lines = new HashMap<>();

  /** Guarded by this. */
  private long count;

  /** Something was done; if several did something at once the order is not theirs. */
  synchronized void add(Bytes path, String what) {
    Deque<String> there = lines.computeIfAbsent(path, p -> new ArrayDeque<>());
    there.add(++count + " " + what);
    if (there.size() > SHOWN) {
      there.remove();
    }
  }

  synchronized String of(Bytes path) {
    return String.join("\n", lines.getOrDefault(path, new ArrayDeque<>()));
  }
}
