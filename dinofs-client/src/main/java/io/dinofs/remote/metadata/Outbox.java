package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.wire.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the session has to say. A connection that does not take it is closed: its receiver
 * sees that, connects anew, and sends again what waits. Safe for any number of threads.
 */
final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  private final Requests requests;
  private final Heartbeat heartbeat;

  Outbox(Requests requests, Heartbeat heartbeat) {
    this.requests = requests;
    this.heartbeat = heartbeat;
  }

  /**
   * Sends a request, unless that was done over this connection, and on the same occasion what
   * {@code subscriber} has applied.
   *
   * @param subscriber null if there is none
   * @throws DinofsException TOO_BIG, and nothing was sent
   */
  void send(Link over, Request request, RemoteSubscription subscriber) throws DinofsException {
    if (!request.claim(over)) {
      return;
    }
    Message.Applied applied = subscriber == null ? null : subscriber.acknowledgement();
    try {
      if (applied == null) {
        over.send(request.message());
      } else {
        over.send(applied, request.message());
      }
    } catch (DinofsException e) {
      if (e.kind() == ErrorKind.TOO_BIG) {
        throw e;
      }
      over.close();
    }
  }

  /** Sends SUBSCRIBE, unless that was done over this connection. */
  void subscribe(Link over, RemoteSubscription subscriber) {
    if (subscriber.claim(over)) {
      long tag = requests.nextTag();
      heartbeat.sent(tag);
      send(over, subscriber.request(tag));
    }
  }

  /** Says what locks this node has, if it has ever had any. */
  void reassert(Link over, RemoteLocks locks) {
    long tag = requests.nextTag();
    locks
        .reassertion(tag)
        .ifPresent(
            message -> {
              heartbeat.sent(tag);
              send(over, message);
            });
  }

  /** Says what {@code subscriber} has applied, if somebody waits for it. */
  void acknowledge(Link over, RemoteSubscription subscriber) {
    Message.Applied applied = subscriber.urgentAcknowledgement();
    if (applied != null) {
      send(over, applied);
    }
  }

  /** Sends something small that nobody waits for. */
  void send(Link over, Message message) {
    try {
      over.send(message);
    } catch (DinofsException e) {
      log.debug("the connection broke: {}", e.getMessage());
      over.close();
    }
  }
}
