package io.dinofs.remote.blob;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * The body of an answer as text in UTF-8, if it is not longer than a limit; a longer one fails with
 * {@link UnusableAnswerException} before more of it is kept.
 */
final class LimitedText implements BodySubscriber<String> {
  private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);

  // The fields below are used by one thread at a time: Flow.Subscriber.
  private Flow.Subscription subscription;
  private long room;

  LimitedText(long maxBytes) {
    room = maxBytes;
  }

  @Override
  public CompletionStage<String> getBody() {
    return text.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription added) {
    subscription = added;
    text.onSubscribe(added);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    for (ByteBuffer piece : pieces) {
      room -= piece.remaining();
    }
    if (room >= 0) {
      text.onNext(pieces);
    } else {
      subscription.cancel();
      text.onError(new UnusableAnswerException("an answer longer than any that it has"));
    }
  }

  @Override
  public void onError(Throwable failure) {
    text.onError(failure);
  }

  @Override
  public void onComplete() {
    text.onComplete();
  }
}
