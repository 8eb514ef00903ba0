package io.dinofs.model;

import java.util.regex.Pattern;

/** Text of others for people to read. */
public final class Printable {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private Printable() {}

  /**
   * The text without control characters, which could forge lines of a log or steer a terminal; a
   * question mark stands for each.
   */
  public static String of(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }
}
