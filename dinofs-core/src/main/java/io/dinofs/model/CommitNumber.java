package io.dinofs.model;

/**
 * The place of a commit in the volume's history: 1 for the first, each one more than the one
 * before.
 *
 * @param value 0 stands for the empty volume
 */
public record CommitNumber(long value) implements Comparable<CommitNumber> {
  public static final CommitNumber NONE = new CommitNumber(0);

  public CommitNumber {
    if (value < 0) {
      throw new IllegalArgumentException("a commit number is not negative: " + value);
    }
  }

  public CommitNumber next() {
    return new CommitNumber(value + 1);
  }

  public boolean isAfter(CommitNumber other) {
    return value > other.value;
  }

  @Override
  public int compareTo(CommitNumber other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
