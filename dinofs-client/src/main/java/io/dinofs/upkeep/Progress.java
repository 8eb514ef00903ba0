package io.dinofs.upkeep;

/** Is told how far a long piece of work has come. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (phase, done, total) -> {};

  /**
   * @param phase what is being done, for people
   * @param total 0 if nobody knows
   */
  void at(String phase, long done, long total);
}
