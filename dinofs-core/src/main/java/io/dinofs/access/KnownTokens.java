package io.dinofs.access;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens in force, and which of them were proved. When the file is gone or cannot be used,
 * those before stay in force. Safe for any number of threads.
 */
final class KnownTokens {
  private static final Logger LOG = LoggerFactory.getLogger(KnownTokens.class);
  private static final String DIGEST = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final Optional<TokenFile> file;
  private final SecretKeySpec key;

  /** Digests of proved tokens, by nodes: no more than there are tokens. */
  private final Map<String, Proved> proved = new ConcurrentHashMap<>();

  /** Empty if no token is needed. */
  private volatile Optional<Map<String, Token>> tokens = Optional.empty();

  private Optional<State> seen = Optional.empty(); // guarded by this

  private record Proved(Grant grant, Bytes digest) {}

  /** By which a replaced file is known. */
  private record State(FileTime changed, long bytes, Object inode) {}

  private KnownTokens(Optional<TokenFile> file) {
    this.file = file;
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, DIGEST);
  }

  static KnownTokens none() {
    return new KnownTokens(Optional.empty());
  }

  static KnownTokens of(TokenFile file) throws DinofsException {
    KnownTokens known = new KnownTokens(Optional.of(file));
    known.readFirst();
    return known;
  }

  private synchronized void readFirst() throws DinofsException {
    seen = state();
    tokens = file.orElseThrow().read();
  }

  boolean areNeeded() {
    return tokens.isPresent();
  }

  /** Whether this very token is in force. */
  boolean has(Token token) {
    Optional<Map<String, Token>> now = tokens;
    return now.isPresent() && token.equals(now.get().get(token.node()));
  }

  /** Reads the file if it is another one; tells whether it was. */
  synchronized boolean look() {
    try {
      Optional<State> now = state();
      if (now.equals(seen)) {
        return false;
      }
      seen = now;
      Optional<Map<String, Token>> read = file.orElseThrow().read();
      if (read.isEmpty()) {
        LOG.warn("{} is gone; its tokens stay in force", file.get().path());
        return false;
      }
      tokens = read;
      proved.values().removeIf(it -> !has(it.grant().token()));
      LOG.info("{} tokens are in force", read.get().size());
      return true;
    } catch (DinofsException e) {
      LOG.error("the tokens in force stay in force: {}", e.getMessage());
      return false;
    }
  }

  private Optional<State> state() throws DinofsException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file.orElseThrow().path(), BasicFileAttributes.class);
      return Optional.of(
          new State(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot look at the file of tokens: " + e, e);
    }
  }

  /** What a token grants that was proved before; quick. */
  Optional<Grant> proved(Secret secret) {
    Proved known = proved.get(secret.node());
    boolean same =
        known != null
            && MessageDigest.isEqual(known.digest().toArray(), digest(secret))
            && has(known.grant().token());
    return same ? Optional.of(known.grant()) : Optional.empty();
  }

  /** What a token grants; takes long, and as long if there is none of that node. */
  Optional<Grant> verify(Secret secret) {
    Token token = tokens.orElse(Map.of()).getOrDefault(secret.node(), Token.NOBODYS);
    if (!token.isOf(secret) || !has(token)) {
      return Optional.empty();
    }
    Grant grant = new Grant(token);
    proved.put(secret.node(), new Proved(grant, Bytes.wrap(digest(secret))));
    return Optional.of(grant);
  }

  private byte[] digest(Secret secret) {
    try {
      Mac mac = Mac.getInstance(DIGEST);
      mac.init(key);
      return mac.doFinal(secret.bits().getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + DIGEST, e);
    }
  }
}
