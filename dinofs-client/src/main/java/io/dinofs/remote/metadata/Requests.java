package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.wire.Message;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** The requests that wait for their answers, by tag. Safe for any number of threads. */
final class Requests {
  private final AtomicLong lastTag = new AtomicLong(Message.NO_TAG);
  private final ConcurrentMap<Long, Request> waiting = new ConcurrentHashMap<>();

  /** A tag that no other request has. */
  long nextTag() {
    return lastTag.incrementAndGet();
  }

  /** Makes a request with a tag of its own, which waits from now on. */
  Request add(LongFunction<Message.FromClient> message) {
    return add(new Request(message.apply(nextTag())));
  }

  /** As {@link #add(LongFunction)}, but no thread waits; it is forgotten when it is completed. */
  Request add(LongFunction<Message.FromClient> message, Request.Completion completion) {
    return add(new Request(message.apply(nextTag()), completion));
  }

  private Request add(Request request) {
    waiting.put(request.message().tag(), request);
    return request;
  }

  /** Nobody waits for it any more. Returns whether somebody did. */
  boolean remove(Request request) {
    return waiting.remove(request.message().tag(), request);
  }

  /** Hands an answer to its request; an answer that nobody waits for is dropped. */
  void complete(Message.FromServer answer) {
    Request request = waiting.get(answer.tag());
    if (request != null && (!request.isAsynchronous() || remove(request))) {
      request.complete(answer);
    }
  }

  /** The request fails, unless it was answered. */
  void fail(Request request, DinofsException reason) {
    if (!request.isAsynchronous() || remove(request)) {
      request.fail(reason);
    }
  }

  /** All that wait, in the order in which they were made. */
  List<Request> all() {
    return waiting.values().stream()
        .sorted(Comparator.comparingLong(r -> r.message().tag()))
        .toList();
  }

  /** All that wait fail. */
  void failAll(DinofsException reason) {
    waiting.values().forEach(request -> fail(request, reason));
  }

  static DinofsException unexpected(Message answer) {
    return new DinofsException(
        ErrorKind.PROTOCOL,
        "the server has answered something else: " + answer.getClass().getSimpleName());
  }
}
