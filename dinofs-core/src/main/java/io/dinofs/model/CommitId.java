package io.dinofs.model;

/**
 * Names a commit before it has a number, so that one sent again after a lost connection is applied
 * once.
 *
 * @param counter 1 for a node's first commit, then one more for each
 */
public record CommitId(NodeId node, long counter) {
  @Override
  public String toString() {
    return node + "-" + counter;
  }
}
