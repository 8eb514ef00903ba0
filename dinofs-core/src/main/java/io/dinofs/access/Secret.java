package io.dinofs.access;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.disk.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token in plain text: a node's name and 256 random bits, as {@code NAME~BASE64URL}, which is
 * what RFC 6750 lets stand behind "Bearer". Nothing but {@link #reveal} shows the bits.
 */
public final class Secret {
  /** The longest text of one. */
  public static final int MAX_CHARACTERS = 128;

  private static final int RANDOM_BYTES = 32;
  private static final String NODE = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final Pattern NODE_FORM = Pattern.compile(NODE);
  private static final Pattern FORM = Pattern.compile("(" + NODE + ")~([A-Za-z0-9_-]{43})");

  private final String node;
  private final String bits;

  private Secret(String node, String bits) {
    this.node = node;
    this.bits = bits;
  }

  /**
   * A new one.
   *
   * @param node a letter or a digit, then up to 63 of these and {@code . _ -}
   * @throws IllegalArgumentException for another name; the message is for people
   */
  public static Secret random(String node) {
    if (!NODE_FORM.matcher(node).matches()) {
      throw new IllegalArgumentException(
          "a node's name has up to 64 letters, digits, dots, hyphens and underscores, not " + node);
    }
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new Secret(node, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /**
   * What {@link #reveal} has written.
   *
   * @throws IllegalArgumentException for anything else, which the message does not repeat
   */
  public static Secret parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > MAX_CHARACTERS || !matcher.matches()) {
      throw new IllegalArgumentException("not a token");
    }
    return new Secret(matcher.group(1), matcher.group(2));
  }

  /**
   * The one in a file, with white space around it or not.
   *
   * @throws DinofsException NOT_FOUND; INVALID if it is no token, or others than its owner have any
   *     permission for the file
   */
  public static Secret read(Path file) throws DinofsException {
    try {
      return parse(PrivateFile.read(file, 2 * MAX_CHARACTERS).strip());
    } catch (IllegalArgumentException e) {
      throw new DinofsException(ErrorKind.INVALID, file + " has " + e.getMessage(), e);
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.NOT_FOUND, file + " cannot be read: " + e, e);
    }
  }

  /** Whose it is. */
  public String node() {
    return node;
  }

  /** The random bits, without the name. */
  String bits() {
    return bits;
  }

  /** All of it: for the wire, and for who has asked for a new one. */
  public String reveal() {
    return node + "~" + bits;
  }

  /** Whose it is, and nothing more. */
  @Override
  public String toString() {
    return "token of " + node;
  }
}
