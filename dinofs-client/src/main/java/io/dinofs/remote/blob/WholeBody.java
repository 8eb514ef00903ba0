package io.dinofs.remote.blob;

import io.dinofs.model.Bytes;
import io.dinofs.store.Store;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/**
 * Takes a body whose length was told into one array of that length, if it is not longer than a
 * value may be. Called by one thread at a time.
 */
final class WholeBody implements BodySubscriber<Bytes> {
  private final ByteBuffer bytes;
  private final CompletableFuture<Bytes> body = new CompletableFuture<>();
  private Subscription subscription;

  private WholeBody(int length) {
    bytes = ByteBuffer.allocate(length);
  }

  /** Takes the body of a good answer; what else a server says, up to the same limit, too. */
  static BodyHandler<Bytes> handler() {
    return answer -> {
      OptionalLong length = answer.headers().firstValueAsLong("content-length");
      if (length.isEmpty()
          || length.getAsLong() < 0
          || length.getAsLong() > Store.MAX_VALUE_BYTES) {
        return new Refusal(
            new UnusableAnswerException("an answer of a length that no blob has: " + length));
      }
      return new WholeBody((int) length.getAsLong());
    };
  }

  /** The answer is none of a blob server. */
  static final class UnusableAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableAnswerException(String message) {
      super(message);
    }
  }

  /** Takes nothing of a body, however long it is. */
  private record Refusal(UnusableAnswerException reason) implements BodySubscriber<Bytes> {
    @Override
    public CompletionStage<Bytes> getBody() {
      return CompletableFuture.failedFuture(reason);
    }

    @Override
    public void onSubscribe(Subscription all) {
      all.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }

  @Override
  public CompletionStage<Bytes> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription all) {
    subscription = all;
    all.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    for (ByteBuffer piece : pieces) {
      if (piece.remaining() > bytes.remaining()) {
        subscription.cancel();
        onError(new IOException("the answer is longer than it said"));
        return;
      }
      bytes.put(piece);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    if (bytes.hasRemaining()) {
      onError(new IOException("the answer ends early"));
    } else {
      body.complete(Bytes.wrap(bytes.array()));
    }
  }
}
