package io.dinofs.cache;

import java.util.List;

/** What has to be done so that a get finds everything in the cache. */
sealed interface GetPlan {
  /**
   * Ask for the records of {@code own}, if it has any; and wait for the others, who ask for the
   * rest.
   */
  record Fetch(Fill own, List<Fill> others) implements GetPlan {}

  /** Read the directory as a whole: asking for one name after the other costs more. */
  record ReadDirectory(DirectoryId directory) implements GetPlan {}
}
