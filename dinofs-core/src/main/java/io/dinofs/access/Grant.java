package io.dinofs.access;

import java.time.Instant;

/** What somebody has proved to be. {@link Gate#isInForce} tells for how long that counts. */
public final class Grant {
  /** Whoever comes to a server that knows no tokens. */
  public static final Grant ANYBODY = new Grant(new Token("", Role.ADMIN, Instant.EPOCH, ""));

  private final Token token;

  Grant(Token token) {
    this.token = token;
  }

  Token token() {
    return token;
  }

  /** The name on the token; empty for {@link #ANYBODY}. */
  public String node() {
    return token.node();
  }

  public Role role() {
    return token.role();
  }

  @Override
  public String toString() {
    return this == ANYBODY ? "anybody" : token.role() + " " + token.node();
  }
}
