package io.dinofs.client.control;

import java.util.List;

/**
 * What is asked.
 *
 * @param inodes of what is to be fetched, for {@link Kind#WARM}; else null
 */
public record Question(Kind kind, List<Long> inodes) {
  /** The questions that a client answers. */
  public enum Kind {
    /** Answered with one {@link MountStatus}. */
    STATUS,
    /** Answered with any number of {@link WarmProgress}, the last of which is done. */
    WARM
  }

  public static Question status() {
    return new Question(Kind.STATUS, null);
  }

  public static Question warm(List<Long> inodes) {
    return new Question(Kind.WARM, List.copyOf(inodes));
  }
}
