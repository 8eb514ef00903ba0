package io.dinofs.model;

/**
 * Who holds or wants a lock. Locks of one owner are never in each other's way.
 *
 * @param node where it is
 * @param number what the node's kernel calls it: a process for fcntl(2), an open file description
 *     for flock(2) and for F_OFD_SETLK; means nothing on another node
 */
public record LockOwner(NodeId node, long number) {
  @Override
  public String toString() {
    return Long.toHexString(number) + " on node " + node;
  }
}
