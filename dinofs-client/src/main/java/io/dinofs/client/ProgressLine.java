package io.dinofs.client;

import io.dinofs.upkeep.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Progress on one line of a terminal, written over and over. Without a terminal it writes nothing.
 * Used by one thread.
 */
final class ProgressLine implements Progress {
  private static final long PERIOD_NANOS = 100_000_000;
  private static final int BAR_CHARS = 30;
  private static final int WIDTH = 79;

  private final PrintStream out;
  private final boolean visible;
  private String phase = "";
  private long shownNanos;
  private boolean shown;

  private ProgressLine(PrintStream out, boolean visible) {
    this.out = out;
    this.visible = visible;
  }

  /** On standard error, if that is a terminal. */
  static ProgressLine ofTerminal() {
    return new ProgressLine(System.err, isTerminal(Path.of("/proc/self/fd/2")));
  }

  private static boolean isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void at(String newPhase, long done, long total) {
    long now = System.nanoTime();
    if (!visible || (newPhase.equals(phase) && now - shownNanos < PERIOD_NANOS)) {
      return;
    }
    phase = newPhase;
    shownNanos = now;
    shown = true;
    out.print("\r" + padded(line(newPhase, done, total)));
    out.flush();
  }

  static String line(String phase, long done, long total) {
    if (total <= 0) {
      return String.format(Locale.ROOT, "%-18s %,d", phase, done);
    }
    double part = Math.min(1, (double) done / total);
    int filled = (int) (part * BAR_CHARS);
    String bar = "#".repeat(filled) + ".".repeat(BAR_CHARS - filled);
    return String.format(Locale.ROOT, "%-18s [%s] %3.0f %% of %,d", phase, bar, part * 100, total);
  }

  private static String padded(String line) {
    return line.length() >= WIDTH
        ? line.substring(0, WIDTH)
        : line + " ".repeat(WIDTH - line.length());
  }

  /** Makes room for what is printed next. */
  void clear() {
    if (shown) {
      shown = false;
      out.print("\r" + " ".repeat(WIDTH) + "\r");
      out.flush();
    }
  }
}
