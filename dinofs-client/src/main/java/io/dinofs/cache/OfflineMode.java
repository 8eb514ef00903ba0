package io.dinofs.cache;

/** What reads do while the metadata server is away. */
public enum OfflineMode {
  /** What is cached is served as it was when the server was last heard of; the rest fails. */
  READ,
  /** Every read waits for the server, and fails when the limit of waiting has passed. */
  WAIT
}
