package io.dinofs.remote.blob;

import io.dinofs.access.Secret;
import io.dinofs.access.ShownToken;
import io.dinofs.model.Bytes;
import io.dinofs.tls.ReadableRegion;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/**
 * Makes the messages of requests to one server.
 *
 * @param token what each of them shows; empty for nothing
 */
record HttpRequests(String authority, Optional<ShownToken> token) {
  /** How a token is shown (RFC 6750, section 2.1). */
  static String authorization(Secret token) {
    return "Bearer " + token.reveal();
  }

  List<Object> get(String target) {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
    addressed(request);
    return List.of(request);
  }

  List<Object> put(String target, Bytes value) {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.PUT, target, Unpooled.wrappedBuffer(value.asBuffer()));
    addressed(request).headers().set(HttpHeaderNames.CONTENT_LENGTH, value.length());
    return List.of(request);
  }

  /**
   * The file goes from the page cache to the socket without a copy in this process.
   *
   * @param file is closed when the messages have been sent or released
   */
  List<Object> put(String target, FileChannel file) throws IOException {
    long bytes = file.size();
    HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PUT, target);
    addressed(head).headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
    return List.of(head, new ReadableRegion(file, 0, bytes), LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private HttpRequest addressed(HttpRequest request) {
    request.headers().set(HttpHeaderNames.HOST, authority);
    token.ifPresent(
        it -> request.headers().set(HttpHeaderNames.AUTHORIZATION, authorization(it.current())));
    return request;
  }
}
