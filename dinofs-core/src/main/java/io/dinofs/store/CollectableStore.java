package io.dinofs.store;

import io.dinofs.model.DinofsException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A store whose values have an age, so that garbage can be told from what is new and about to be
 * used. Every put makes a value young, also one of a value that is there already.
 */
public interface CollectableStore {
  /** How many parts the keys are told in; each has about as many. */
  int PARTS = 256;

  /**
   * A value.
   *
   * @param age since it was put or refreshed last, by the clock of the store; not negative
   */
  record Stored(Key key, long bytes, Duration age) {}

  /**
   * Tells every value of a part, in any order. One that is put, refreshed or deleted meanwhile may
   * be told as it was, as it is, or, if it was not there all the time, not at all.
   *
   * @param part 0 to {@value #PARTS} - 1
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED, INVALID for another part; the
   *     visitor may then have seen some
   */
  void forEachStored(int part, Consumer<Stored> visitor) throws DinofsException;

  /**
   * Deletes a value, if it is at least as old as {@code age} at that moment. A put or refresh that
   * returned before has made it young, one that returns afterwards finds that it is gone.
   *
   * @return what became of it
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  Deletion deleteOlder(Key key, Duration age) throws DinofsException;

  /** What {@link #deleteOlder} did. */
  enum Deletion {
    DELETED,
    /** It was put or refreshed too recently. */
    TOO_YOUNG,
    ABSENT
  }
}
