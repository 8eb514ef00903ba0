package io.dinofs.blobserver;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.tls.ReadableRegion;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a blob or a part of it out, or its head. If the blob is not there and the client wants to
 * wait, the exchange is left with {@link Arrivals} and costs no thread until it comes.
 */
final class GetExchange implements Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(GetExchange.class);

  /** Up to this size one write of head and body is cheaper than a write and a sendfile. */
  private static final int READ_AHEAD_BYTES = 32 << 10;

  /**
   * What the client wants.
   *
   * @param headOnly the request is a HEAD
   * @param range the Range header's value, or null
   * @param waitSeconds 0 to not wait
   */
  record Request(BlobKey key, boolean headOnly, String range, int waitSeconds) {}

  private final Answerer answerer;
  private final Service service;
  private final Request request;
  private final Runnable waiter;

  private boolean looking;
  private boolean waiting;

  /** The blob has come since the exchange began to wait. */
  private boolean arrived;

  /** The value of {@link #arrived} when the look under way began. */
  private boolean lookKnowsArrival;

  /** There is an answer, or nobody to answer to. */
  private boolean over;

  private ScheduledFuture<?> timeout;

  GetExchange(Answerer answerer, Service service, Request request) {
    this.answerer = answerer;
    this.service = service;
    this.request = request;
    this.waiter = () -> answerer.loop().execute(this::arrived);
  }

  @Override
  public void start() {
    look();
  }

  @Override
  public void body(ByteBuf piece, boolean last) {
    piece.release();
  }

  private void look() {
    looking = true;
    lookKnowsArrival = arrived;
    try {
      service.threads().read(this::lookOnDisk);
    } catch (DinofsException e) {
      fail(e);
    }
  }

  private void lookOnDisk() {
    Found found;
    try {
      found = find();
    } catch (IOException | RuntimeException e) {
      DinofsException failure =
          e instanceof DinofsException known
              ? known
              : new DinofsException(
                  ErrorKind.IO, "cannot read blob " + request.key() + ": " + e, e);
      answerer.loop().execute(() -> fail(failure));
      return;
    }
    answerer.loop().execute(() -> looked(found));
  }

  private Found find() throws IOException {
    Optional<Blobs.Open> open = service.blobs().open(request.key());
    if (open.isEmpty()) {
      return new Found.Absent();
    }
    FileChannel file = open.get().channel();
    long size = open.get().size();
    boolean handedOver = false;
    try {
      ByteRange range = ByteRange.parse(request.range(), size);
      if (range instanceof ByteRange.Unsatisfiable) {
        return new Found.OutOfRange(size);
      }
      boolean partial = range instanceof ByteRange.Part;
      ByteRange.Part part = partial ? (ByteRange.Part) range : new ByteRange.Part(0, size);
      if (request.headOnly() || part.length() > READ_AHEAD_BYTES) {
        handedOver = true;
        return new Found.OnDisk(file, part, partial, size);
      }
      return new Found.InMemory(read(file, part), part, partial, size);
    } finally {
      if (!handedOver) {
        file.close();
      }
    }
  }

  private ByteBuf read(FileChannel file, ByteRange.Part part) throws IOException {
    int length = Math.toIntExact(part.length());
    ByteBuf bytes = answerer.allocator().directBuffer(length);
    try {
      while (bytes.readableBytes() < length) {
        int rest = length - bytes.readableBytes();
        if (bytes.writeBytes(file, part.first() + bytes.readableBytes(), rest) < 0) {
          throw new IOException("the file ends early");
        }
      }
      return bytes.retain();
    } finally {
      bytes.release();
    }
  }

  private void looked(Found found) {
    looking = false;
    if (over) {
      found.giveBack();
    } else if (found instanceof Found.Absent) {
      absent();
    } else {
      over = true;
      stopWaiting();
      send(found);
    }
  }

  private void absent() {
    if (arrived != lookKnowsArrival) {
      look();
    } else if (arrived || request.waitSeconds() == 0) {
      notFound();
    } else if (!waiting) {
      beginToWait();
    }
  }

  private void beginToWait() {
    if (!service.arrivals().add(request.key(), waiter)) {
      over = true;
      answerer.answer(
          Responses.text(
              HttpResponseStatus.SERVICE_UNAVAILABLE, "too many requests wait for blobs"));
      return;
    }
    waiting = true;
    timeout = answerer.loop().schedule(this::notFound, request.waitSeconds(), TimeUnit.SECONDS);
    answerer.watchClient();
    look();
  }

  private void arrived() {
    arrived = true;
    if (!over && !looking) {
      look();
    }
  }

  private void stopWaiting() {
    if (waiting) {
      waiting = false;
      service.arrivals().remove(request.key(), waiter);
      timeout.cancel(false);
    }
  }

  private void send(Found found) {
    if (found instanceof Found.OutOfRange outOfRange) {
      FullHttpResponse response =
          Responses.empty(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE);
      response.headers().set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + outOfRange.size());
      answerer.answer(response);
    } else if (found instanceof Found.InMemory inMemory) {
      FullHttpResponse response = Responses.complete(status(inMemory.partial()), inMemory.bytes());
      describe(response, inMemory.part(), inMemory.partial(), inMemory.size());
      answerer.answer(response);
    } else if (found instanceof Found.OnDisk onDisk) {
      sendFile(onDisk);
    }
  }

  private void sendFile(Found.OnDisk onDisk) {
    ByteRange.Part part = onDisk.part();
    if (request.headOnly()) {
      onDisk.giveBack();
      FullHttpResponse head = Responses.empty(HttpResponseStatus.OK);
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, onDisk.size());
      describe(head, part, false, onDisk.size());
      answerer.answer(head);
    } else {
      HttpResponse head = Responses.head(status(onDisk.partial()), part.length());
      describe(head, part, onDisk.partial(), onDisk.size());
      answerer.answer(head, new ReadableRegion(onDisk.file(), part.first(), part.length()));
    }
  }

  private static HttpResponseStatus status(boolean partial) {
    return partial ? HttpResponseStatus.PARTIAL_CONTENT : HttpResponseStatus.OK;
  }

  private static void describe(
      HttpResponse response, ByteRange.Part part, boolean partial, long size) {
    response
        .headers()
        .set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES)
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_OCTET_STREAM);
    if (partial) {
      long last = part.first() + part.length() - 1;
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_RANGE, "bytes " + part.first() + "-" + last + "/" + size);
    }
  }

  private void notFound() {
    if (over) {
      return;
    }
    over = true;
    stopWaiting();
    answerer.answer(Responses.text(HttpResponseStatus.NOT_FOUND, "no blob " + request.key()));
  }

  private void fail(DinofsException failure) {
    looking = false;
    if (over) {
      return;
    }
    over = true;
    stopWaiting();
    LOG.warn("cannot give blob {} out: {}", request.key(), failure.getMessage());
    answerer.answer(Responses.failure(failure));
  }

  @Override
  public void abandoned() {
    over = true;
    stopWaiting();
  }

  @Override
  public void serverStops() {
    if (!over && waiting) {
      over = true;
      stopWaiting();
      answerer.answer(Responses.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "the server stops"));
    }
  }
}
