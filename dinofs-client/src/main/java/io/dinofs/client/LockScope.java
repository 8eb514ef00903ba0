package io.dinofs.client;

/** Where the locks of flock(2) and fcntl(2) hold. */
enum LockScope {
  /** On all nodes; the metadata server grants them. */
  SERVER,
  /** On this node; its kernel grants them. */
  LOCAL
}
