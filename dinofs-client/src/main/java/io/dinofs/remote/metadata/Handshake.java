package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.model.VolumeId;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import java.io.IOException;
import java.util.Optional;

/**
 * The first exchange over a connection.
 *
 * @param sentNanos when HELLO was sent, as {@link System#nanoTime}
 * @param answeredNanos when WELCOME came
 */
record Handshake(Message.Welcome welcome, long sentNanos, long answeredNanos) {
  /**
   * Says HELLO and waits for WELCOME, until the link is closed by another thread.
   *
   * @param volume the volume that the server must have; empty for any
   * @throws DinofsException what the server refuses the node with; PROTOCOL
   * @throws IOException if the connection breaks
   */
  static Handshake perform(Link over, RemoteSettings settings, Optional<VolumeId> volume, long tag)
      throws IOException {
    long sent = System.nanoTime();
    over.send(
        new Message.Hello(
            tag, Frames.PROTOCOL_VERSION, volume, settings.node(), settings.consistency()));
    Optional<Message> answer = over.poll();
    while (answer.isEmpty()) {
      over.receive();
      answer = over.poll();
    }
    if (answer.get() instanceof Message.Failure failure) {
      throw new DinofsException(
          failure.kind(), "the metadata server at " + settings + ": " + failure.text());
    }
    if (answer.get() instanceof Message.Welcome welcome) {
      return new Handshake(welcome, sent, System.nanoTime());
    }
    throw Requests.unexpected(answer.get());
  }
}
