package io.dinofs.store.versioned;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Mutation;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether a commit is accepted and what it changes. It changes nothing itself, so an engine
 * that applies all of its answer or none of it is atomic.
 */
public final class CommitEvaluator {
  private final CommitNumber number;
  private final RecordReader reader;
  private final List<VersionedRecord> changed = new ArrayList<>();
  private final List<VersionedRecord> touched = new ArrayList<>();
  private final List<VersionedRecord> stale = new ArrayList<>();

  private CommitEvaluator(CommitNumber number, RecordReader reader) {
    this.number = number;
    this.reader = reader;
  }

  /** What a commit means for the records as they are. */
  public sealed interface Evaluation {}

  /**
   * The commit is accepted.
   *
   * @param changed the new state of every record that is written or removed, touched directories
   *     included
   * @param touched the new attributes of the touched directories
   */
  public record Accepted(List<VersionedRecord> changed, List<VersionedRecord> touched)
      implements Evaluation {
    public Accepted {
      changed = List.copyOf(changed);
      touched = List.copyOf(touched);
    }
  }

  /**
   * The commit is refused as stale.
   *
   * @param current every record that is not as the commit wants it, as it is
   */
  public record Stale(List<VersionedRecord> current) implements Evaluation {
    public Stale {
      current = List.copyOf(current);
    }
  }

  /**
   * Evaluates {@code commit}. What is stale is told before what is invalid, since an operation that
   * is evaluated again may become valid.
   *
   * @param number the number that the commit gets if it is accepted, greater than every version
   *     that {@code reader} returns
   * @throws DinofsException INVALID if a count would become negative or too large, or for what
   *     {@link WhatMayBeWritten} refuses; and what {@code reader} throws
   */
  public static Evaluation evaluate(Commit commit, CommitNumber number, RecordReader reader)
      throws DinofsException {
    CommitEvaluator evaluator = new CommitEvaluator(number, reader);
    DinofsException invalid = null;
    for (Mutation mutation : commit.mutations()) {
      try {
        evaluator.add(mutation);
      } catch (InvalidMutationException e) {
        invalid = e;
      }
    }
    if (!evaluator.stale.isEmpty()) {
      return new Stale(evaluator.stale);
    }
    if (invalid != null) {
      throw invalid;
    }
    return new Accepted(evaluator.changed, evaluator.touched);
  }

  private void add(Mutation mutation) throws DinofsException {
    VersionedRecord current = reader.read(mutation.key());
    if (mutation instanceof Mutation.TouchDirectory touch) {
      touch(touch, current);
    } else if (mutation instanceof Mutation.Conditional conditional) {
      if (conditional.seen().equals(current.version())) {
        change(conditional, current);
      } else {
        stale.add(current);
      }
    }
  }

  private void change(Mutation.Conditional mutation, VersionedRecord current)
      throws DinofsException {
    WhatMayBeWritten.check(mutation, current);
    if (mutation instanceof Mutation.Put put) {
      changed.add(VersionedRecord.present(put.key(), Version.of(number), put.value()));
    } else if (mutation instanceof Mutation.Delete && current.isPresent()) {
      changed.add(VersionedRecord.absent(mutation.key()));
    }
  }

  private void touch(Mutation.TouchDirectory touch, VersionedRecord current)
      throws DinofsException {
    if (!current.isPresent()) {
      stale.add(current);
      return;
    }
    Attributes before = AttributesCodec.decode(current.value().orElseThrow());
    if (!before.isDirectory()) {
      stale.add(current);
      return;
    }
    Bytes after = AttributesCodec.encode(touched(touch, before));
    VersionedRecord record = VersionedRecord.present(touch.key(), Version.of(number), after);
    changed.add(record);
    touched.add(record);
  }

  private static Attributes touched(Mutation.TouchDirectory touch, Attributes before)
      throws InvalidMutationException {
    // An mtime may have been set to any value, the ctime is always a time at which something
    // changed.
    Instant time = later(before.ctime(), touch.time());
    try {
      return before.toBuilder()
          .entries(Math.addExact(before.entries(), touch.entryDelta()))
          .nlink(Math.addExact(before.nlink(), touch.linkDelta()))
          .mtime(time)
          .ctime(time)
          .build();
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new InvalidMutationException(
          "directory %s with %d entries and %d links can't be changed by %d and %d"
              .formatted(
                  touch.directory(),
                  before.entries(),
                  before.nlink(),
                  touch.entryDelta(),
                  touch.linkDelta()));
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
