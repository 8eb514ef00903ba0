package io.dinofs.blobserver;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Store;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Makes the answers; who sends one adds how the connection goes on. */
final class Responses {
  /** RFC 9110, section 5.6.7. */
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Responses() {}

  /** What tells a client to send its body. */
  static FullHttpResponse sendBody() {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
  }

  /** An answer without a body. */
  static FullHttpResponse empty(HttpResponseStatus status) {
    return complete(status, Unpooled.EMPTY_BUFFER);
  }

  /** An answer with a line for people. */
  static FullHttpResponse text(HttpResponseStatus status, String text) {
    FullHttpResponse response = complete(status, utf8(text + "\n"));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    return response;
  }

  /** An answer with lines for programs; they may be none. */
  static FullHttpResponse lines(String lines) {
    FullHttpResponse response = complete(HttpResponseStatus.OK, utf8(lines));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    return response;
  }

  static FullHttpResponse json(String json) {
    FullHttpResponse response = complete(HttpResponseStatus.OK, utf8(json + "\n"));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    return response;
  }

  static FullHttpResponse tooBig() {
    return text(
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
        "a blob has at most " + Store.MAX_VALUE_BYTES + " bytes");
  }

  /** The answer to a failure of the store. */
  static FullHttpResponse failure(DinofsException failure) {
    return text(status(failure.kind()), failure.getMessage());
  }

  private static HttpResponseStatus status(ErrorKind kind) {
    return switch (kind) {
      case NO_SPACE -> HttpResponseStatus.INSUFFICIENT_STORAGE;
      case TOO_BIG -> HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
      case UNAVAILABLE, CLOSED -> HttpResponseStatus.SERVICE_UNAVAILABLE;
      default -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
    };
  }

  /** An answer with {@code body}, which it takes over. */
  static FullHttpResponse complete(HttpResponseStatus status, ByteBuf body) {
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    if (!status.equals(HttpResponseStatus.NO_CONTENT)) {
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    }
    return dated(response);
  }

  /**
   * The head of an answer whose body comes apart, or not at all because only the head was asked
   * for.
   */
  static HttpResponse head(HttpResponseStatus status, long bodyBytes) {
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bodyBytes);
    return dated(response);
  }

  private static <R extends HttpResponse> R dated(R response) {
    response.headers().set(HttpHeaderNames.DATE, IMF_FIXDATE.format(Instant.now()));
    return response;
  }

  private static ByteBuf utf8(String text) {
    return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
  }
}
