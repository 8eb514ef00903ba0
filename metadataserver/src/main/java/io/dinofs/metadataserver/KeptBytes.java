package io.dinofs.metadataserver;

import io.dinofs.model.DinofsException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A few bytes that outlive the server, replaced as a whole. For one thread at a time. */
interface KeptBytes {
  /** Keeps nothing: for a store that does not outlive the server. */
  KeptBytes FORGETFUL =
      new KeptBytes() {
        @Override
        public Optional<ByteBuffer> read() {
          return Optional.empty();
        }

        @Override
        public void write(ByteBuffer bytes) {}
      };

  /**
   * What was written last; empty if nothing was.
   *
   * @throws DinofsException IO, CORRUPT
   */
  Optional<ByteBuffer> read() throws DinofsException;

  /**
   * Replaces all of it; durable when it returns.
   *
   * @throws DinofsException NO_SPACE, IO
   */
  void write(ByteBuffer bytes) throws DinofsException;

  /** Where it is, for messages. */
  @Override
  String toString();
}
