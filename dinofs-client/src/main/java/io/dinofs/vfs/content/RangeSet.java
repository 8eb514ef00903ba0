package io.dinofs.vfs.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A set of bytes of a file, as disjoint ranges that do not touch. Not safe for several threads. */
final class RangeSet {
  /** Start to end, the end exclusive. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /** A range from {@code start} to {@code end}, the end exclusive. */
  record Range(long start, long end) {}

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** The number of ranges. */
  int count() {
    return ranges.size();
  }

  /** The end of the last range; 0 if there is none. */
  long end() {
    return ranges.isEmpty() ? 0 : ranges.lastEntry().getValue();
  }

  /** The end of the last range that starts below {@code limit}, cut there; 0 if there is none. */
  long endBelow(long limit) {
    Map.Entry<Long, Long> last = ranges.lowerEntry(limit);
    return last == null ? 0 : Math.min(limit, last.getValue());
  }

  void add(long start, long end) {
    if (start >= end) {
      return;
    }
    Map.Entry<Long, Long> before = ranges.floorEntry(start);
    long from = start;
    long to = end;
    if (before != null && before.getValue() >= start) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    Map.Entry<Long, Long> next = ranges.higherEntry(start);
    while (next != null && next.getKey() <= to) {
      to = Math.max(to, next.getValue());
      ranges.remove(next.getKey());
      next = ranges.higherEntry(start);
    }
    ranges.put(from, to);
  }

  void add(Range range) {
    add(range.start(), range.end());
  }

  void remove(long start, long end) {
    List<Range> cut = within(start, end);
    for (Range range : cut) {
      Map.Entry<Long, Long> whole = ranges.floorEntry(range.start());
      ranges.remove(whole.getKey());
      if (whole.getKey() < range.start()) {
        ranges.put(whole.getKey(), range.start());
      }
      if (whole.getValue() > range.end()) {
        ranges.put(range.end(), whole.getValue());
      }
    }
  }

  /** The range that {@code position} is in, or the first behind it. */
  Optional<Range> next(long position) {
    Map.Entry<Long, Long> range = ranges.floorEntry(position);
    if (range == null || range.getValue() <= position) {
      range = ranges.higherEntry(position);
    }
    return Optional.ofNullable(range).map(found -> new Range(found.getKey(), found.getValue()));
  }

  /** Whether all bytes from {@code start} to {@code end} are in the set. */
  boolean covers(long start, long end) {
    Map.Entry<Long, Long> before = ranges.floorEntry(start);
    return start >= end || (before != null && before.getValue() >= end);
  }

  /** The parts of the set from {@code start} to {@code end}, in order. */
  List<Range> within(long start, long end) {
    List<Range> found = new ArrayList<>();
    Long first = ranges.floorKey(start);
    for (Map.Entry<Long, Long> range : ranges.tailMap(first == null ? start : first).entrySet()) {
      if (range.getKey() >= end) {
        break;
      }
      if (range.getValue() > start) {
        found.add(new Range(Math.max(start, range.getKey()), Math.min(end, range.getValue())));
      }
    }
    return found;
  }

  /** The parts that the set lacks from {@code start} to {@code end}, in order. */
  List<Range> gaps(long start, long end) {
    List<Range> found = new ArrayList<>();
    long at = start;
    for (Range range : within(start, end)) {
      if (range.start() > at) {
        found.add(new Range(at, range.start()));
      }
      at = range.end();
    }
    if (at < end) {
      found.add(new Range(at, end));
    }
    return found;
  }
}
