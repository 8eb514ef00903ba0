package io.dinofs.model;

/**
 * Marks where a thread waits for a server. Only there may the call that it serves be interrupted:
 * an interrupt that meets a thread in {@link java.nio.channels.FileChannel} closes that file for
 * every thread.
 *
 * <p>A store puts {@link #begin} before each such wait and {@link #end} behind it, in a finally.
 * Whoever serves calls that can be interrupted gives its threads a {@link Gate}; in other threads
 * this does nothing.
 */
public final class Waiting {
  private static final ThreadLocal<Gate> GATES = new ThreadLocal<>();

  private Waiting() {}

  /** Lets a thread be interrupted between the two calls, which that thread makes. */
  public interface Gate {
    /** The thread begins to wait, and may be interrupted, at once if it was to be before. */
    void open();

    /** The thread does not wait any more; it is not interrupted, and was not. */
    void close();
  }

  /**
   * @param gate that of the calling thread from now on; null for none
   */
  public static void setGate(Gate gate) {
    if (gate == null) {
      GATES.remove();
    } else {
      GATES.set(gate);
    }
  }

  /** The calling thread begins to wait. */
  public static void begin() {
    Gate gate = GATES.get();
    if (gate != null) {
      gate.open();
    }
  }

  /** The calling thread does not wait any more. */
  public static void end() {
    Gate gate = GATES.get();
    if (gate != null) {
      gate.close();
    }
  }
}
