package io.dinofs.remote.metadata;

import io.dinofs.access.Role;
import io.dinofs.access.Secret;
import io.dinofs.access.ShownToken;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The first exchange over a connection.
 *
 * @param role what this node may do; ADMIN where the server does not ask who it is
 * @param sentNanos when HELLO was sent, as {@link System#nanoTime}
 * @param answeredNanos when WELCOME came
 */
record Handshake(Message.Welcome welcome, Role role, long sentNanos, long answeredNanos) {
  /**
   * Shows the node's token, if it has one, says HELLO and waits for WELCOME, until the link is
   * closed by another thread.
   *
   * @param volume the volume that the server must have; empty for any
   * @param tags gives tags of messages
   * @throws DinofsException what the server refuses the node with, but UNAVAILABLE if the node has
   *     another token meanwhile than the one that is refused; PROTOCOL; ACCESS_DENIED if the token
   *     could be read on its way
   * @throws IOException if the connection breaks
   */
  static Handshake perform(
      Link over, RemoteSettings settings, Optional<VolumeId> volume, LongSupplier tags)
      throws IOException {
    Role role = Role.ADMIN;
    Optional<ShownToken> token = settings.access().token();
    if (token.isPresent()) {
      settings.access().requireConfidential(over.server());
      role = authenticate(over, settings, token.get(), tags.getAsLong());
    }
    long sent = System.nanoTime();
    over.send(
        new Message.Hello(
            tags.getAsLong(),
            Frames.PROTOCOL_VERSION,
            volume,
            settings.node(),
            settings.consistency()));
    Message answer = answer(over, settings);
    if (answer instanceof Message.Welcome welcome) {
      if (volume.isPresent() && !volume.get().equals(welcome.volume())) {
        throw new DinofsException(
            ErrorKind.WRONG_VOLUME,
            "the metadata server at %s has volume %s, this node belongs to %s"
                .formatted(settings, welcome.volume(), volume.get()));
      }
      return new Handshake(welcome, role, sent, System.nanoTime());
    }
    throw Requests.unexpected(answer);
  }

  private static Role authenticate(Link over, RemoteSettings settings, ShownToken token, long tag)
      throws IOException {
    Secret shown = token.current();
    over.send(new Message.Auth(tag, shown.reveal()));
    try {
      if (answer(over, settings) instanceof Message.Authenticated known) {
        return known.role();
      }
    } catch (DinofsException e) {
      boolean again = e.kind() == ErrorKind.ACCESS_DENIED && token.renew(shown);
      throw again ? new DinofsException(ErrorKind.UNAVAILABLE, e.getMessage(), e) : e;
    }
    throw new DinofsException(ErrorKind.PROTOCOL, "another answer to AUTH than its own");
  }

  private static Message answer(Link over, RemoteSettings settings) throws IOException {
    Optional<Message> answer = over.poll();
    while (answer.isEmpty()) {
      over.receive();
      answer = over.poll();
    }
    if (answer.get() instanceof Message.Failure failure) {
      throw new DinofsException(
          failure.kind(), "the metadata server at " + settings + ": " + failure.text());
    }
    return answer.get();
  }
}
