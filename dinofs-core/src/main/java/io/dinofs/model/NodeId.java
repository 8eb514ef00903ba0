package io.dinofs.model;

import java.security.SecureRandom;

/**
 * One run of one client, drawn at random at its start; with a counter it names a commit that may be
 * sent twice.
 */
public record NodeId(long value) {
  public static NodeId random() {
    return new NodeId(new SecureRandom().nextLong());
  }

  @Override
  public String toString() {
    return Long.toHexString(value);
  }
}
