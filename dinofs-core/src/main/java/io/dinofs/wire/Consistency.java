package io.dinofs.wire;

import java.util.Optional;

/** Whether others wait for a node. The number stands for it on the wire. */
public enum Consistency {
  /** A commit of another node returns only when this node has applied it, or lost its lease. */
  STRICT(1),
  /** The node is told of commits and nobody waits for it. */
  PUSH(2);

  private final byte number;

  Consistency(int number) {
    this.number = (byte) number;
  }

  byte number() {
    return number;
  }

  static Optional<Consistency> ofNumber(byte number) {
    return switch (number) {
      case 1 -> Optional.of(STRICT);
      case 2 -> Optional.of(PUSH);
      default -> Optional.empty();
    };
  }
}
