package io.dinofs.limit;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What each connected node uses; what is noted of a node ends with its last connection. Safe for
 * any number of threads.
 */
public final class NodeUses {
  private final NodeLimits limits;
  private final LongSupplier nanoClock;
  private final Map<Object, NodeUse> uses = new ConcurrentHashMap<>();

  public NodeUses(NodeLimits limits) {
    this(limits, System::nanoTime);
  }

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  NodeUses(NodeLimits limits, LongSupplier nanoClock) {
    this.limits = limits;
    this.nanoClock = nanoClock;
  }

  /**
   * Counts a connection.
   *
   * @param who an address, or the name on a token
   * @return what all its connections share; empty if it has too many
   */
  public Optional<NodeUse> enter(Object who) {
    NodeUse[] entered = new NodeUse[1];
    uses.compute(
        who,
        (key, known) -> {
          NodeUse use = known == null ? new NodeUse(key, limits, nanoClock) : known;
          entered[0] = use.enter() ? use : null;
          return use;
        });
    return Optional.ofNullable(entered[0]);
  }

  /** A connection that was counted has ended. */
  public void leave(NodeUse use) {
    uses.computeIfPresent(use.who(), (key, known) -> known.leave() ? null : known);
  }

  /** How many nodes have connections. */
  int count() {
    return uses.size();
  }
}
