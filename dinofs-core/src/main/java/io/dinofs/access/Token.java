package io.dinofs.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.time.Instant;

/**
 * What a server keeps of a token.
 *
 * @param added when it was made
 * @param hash of the token's bits, by bcrypt
 */
record Token(String node, Role role, Instant added, String hash) {
  /**
   * Some 20 ms. More would protect passwords that can be guessed; nobody guesses 256 random bits,
   * and the work is the server's.
   */
  private static final int COST = 8;

  /** Of no token: who names an unknown node waits as long as who has a wrong token. */
  static final Token NOBODYS =
      new Token(
          "nobody",
          Role.READ_ONLY,
          Instant.EPOCH,
          BCrypt.withDefaults().hashToString(COST, Secret.random("nobody").bits().toCharArray()));

  static Token of(Secret secret, Role role, Instant added) {
    String hash = BCrypt.withDefaults().hashToString(COST, secret.bits().toCharArray());
    return new Token(secret.node(), role, added, hash);
  }

  /** Whether it was made of that secret; takes long. */
  boolean isOf(Secret secret) {
    return BCrypt.verifyer().verify(secret.bits().toCharArray(), hash.toCharArray()).verified;
  }

  @Override
  public String toString() {
    return "token of " + node;
  }
}
