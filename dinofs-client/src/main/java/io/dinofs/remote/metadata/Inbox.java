package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Handles what comes: tells the subscriber of pushes, and hands out answers, those that show a
 * commit which was not pushed yet only after its push. Used by the receiver only.
 */
final class Inbox {
  private final Requests requests;
  private final Heartbeat heartbeat;
  private final Lease lease;
  private final EstimatedClock clock;
  private final RemoteLocks locks;
  private final BiConsumer<Message.AskInterest, RemoteSubscription> asked;
  private final List<Message.FromServer> early = new ArrayList<>();
  private long leaseNanos;

  /**
   * @param asked answers what the subscriber keeps
   */
  Inbox(
      Requests requests,
      Heartbeat heartbeat,
      Lease lease,
      EstimatedClock clock,
      RemoteLocks locks,
      BiConsumer<Message.AskInterest, RemoteSubscription> asked) {
    this.asked = asked;
    this.requests = requests;
    this.heartbeat = heartbeat;
    this.lease = lease;
    this.clock = clock;
    this.locks = locks;
  }

  /** A new connection: what came too early over the one before will come again. */
  void begin(long leaseOfServerNanos) {
    leaseNanos = leaseOfServerNanos;
    early.clear();
  }

  /**
   * @param subscriber null if there is none
   * @throws DinofsException if the connection can't go on
   */
  void handle(Message message, RemoteSubscription subscriber) throws DinofsException {
    if (message instanceof Message.Pong pong) {
      ponged(pong);
    } else if (message instanceof Message.Failure failure) {
      failed(failure);
    } else if (message instanceof Message.Reasserted reasserted) {
      Optional<Moment> sent = heartbeat.answered(reasserted.tag());
      sent.ifPresent(when -> locks.reasserted(reasserted.kept(), when, leaseNanos));
    } else if (message instanceof Message.AskInterest ask) {
      if (subscriber != null) {
        asked.accept(ask, subscriber);
      }
    } else if (isOfSubscription(message)) {
      if (subscriber != null) {
        tell(message, subscriber);
      }
    } else if (message instanceof Message.FromServer answer) {
      answered(answer, subscriber);
    } else {
      throw Requests.unexpected(message);
    }
  }

  /** All that came at once was handled. */
  void endBatch(RemoteSubscription subscriber) {
    if (!early.isEmpty()) {
      List<Message.FromServer> held = List.copyOf(early);
      early.clear();
      held.forEach(answer -> answered(answer, subscriber));
    }
  }

  private void ponged(Message.Pong pong) {
    heartbeat
        .answered(pong.tag())
        .ifPresent(
            sent -> {
              clock.sample(sent.nanos(), System.nanoTime(), pong.serverEpochNanos());
              lease.renew(sent, leaseNanos);
              locks.renew(sent, leaseNanos);
            });
  }

  private void failed(Message.Failure failure) throws DinofsException {
    boolean ofConnection =
        failure.tag() == Message.NO_TAG || heartbeat.answered(failure.tag()).isPresent();
    if (ofConnection) {
      throw new DinofsException(failure.kind(), failure.text());
    }
    requests.complete(failure);
  }

  private static boolean isOfSubscription(Message message) {
    return message instanceof Message.Push
        || message instanceof Message.Passed
        || message instanceof Message.Subscribed
        || message instanceof Message.Reset;
  }

  private void tell(Message message, RemoteSubscription subscriber) throws DinofsException {
    if (message instanceof Message.Push push) {
      subscriber.push(push);
      return;
    }
    if (message instanceof Message.Passed passed) {
      subscriber.passed(passed.upTo());
      return;
    }
    boolean unasked = message.tag() == Message.NO_TAG;
    if (!unasked && !subscriber.isRequest(message.tag())) {
      return;
    }
    heartbeat.answered(message.tag()).ifPresent(sent -> lease.renew(sent, leaseNanos));
    if (message instanceof Message.Subscribed subscribed) {
      subscriber.resumed(subscribed.newest());
    } else if (message instanceof Message.Reset reset) {
      subscriber.reset(reset.at());
    }
  }

  private void answered(Message.FromServer answer, RemoteSubscription subscriber) {
    if (subscriber != null && answer.shows().isAfter(subscriber.told())) {
      early.add(answer);
    } else {
      requests.complete(answer);
    }
  }
}
