package io.dinofs.store.s3;

import io.dinofs.model.Bytes;
import io.dinofs.store.Key;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How keys are named in a bucket: those of plain letters as they are, others in base64url behind a
 * tilde, since not every server takes any bytes.
 */
final class ObjectNames {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,510}");
  private static final String ENCODED = "~";

  private ObjectNames() {}

  static String of(Key key) {
    String text = new String(key.bytes().toArray(), StandardCharsets.ISO_8859_1);
    return PLAIN.matcher(text).matches()
        ? text
        : ENCODED + Base64.getUrlEncoder().withoutPadding().encodeToString(key.bytes().toArray());
  }

  /** The key of an object; empty if it has none, because another program made it. */
  static Optional<Key> keyOf(String name) {
    if (PLAIN.matcher(name).matches()) {
      return Optional.of(Key.of(name));
    }
    if (!name.startsWith(ENCODED)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Key(Bytes.wrap(Base64.getUrlDecoder().decode(name.substring(1)))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
