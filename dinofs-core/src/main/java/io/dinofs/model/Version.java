package io.dinofs.model;

/**
 * The version of a record: strictly increasing over the record's life, deletion and re-creation
 * included.
 *
 * <p>Where commits are numbered, it is the number of the commit that wrote the record last.
 *
 * @param value 0 stands for a record that is absent
 */
public record Version(long value) implements Comparable<Version> {
  public static final Version ABSENT = new Version(0);

  public Version {
    if (value < 0) {
      throw new IllegalArgumentException("a version is not negative: " + value);
    }
  }

  public static Version of(CommitNumber commit) {
    return new Version(commit.value());
  }

  @Override
  public int compareTo(Version other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
