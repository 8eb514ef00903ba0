package io.dinofs.integration;

import java.util.Random;

/** Contents of a file, made of a seed; shorter ones are a beginning of longer ones. */
record SyncedContents(long seed, int length) {
  byte[] bytes() {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
