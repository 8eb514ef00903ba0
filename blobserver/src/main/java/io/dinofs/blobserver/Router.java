package io.dinofs.blobserver;

import io.dinofs.access.Role;
import io.dinofs.model.BlobKey;
import io.dinofs.model.VolumeId;
import io.dinofs.store.Store;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.time.Duration;
import java.util.List;

/** Decides from a request's head what becomes of it, before anything of its body is read. */
final class Router {
  private Router() {}

  /** What becomes of a request. */
  sealed interface Route {
    /** What its sender has to be. */
    default Role needed() {
      return Role.ADMIN;
    }
  }

  /** It is refused as it stands. */
  record Refuse(FullHttpResponse response) implements Route {
    @Override
    public Role needed() {
      return Role.READ_ONLY;
    }
  }

  /** One for whoever looks after the server. */
  sealed interface Administrative extends Route {}

  record Health() implements Administrative {
    @Override
    public Role needed() {
      return Role.READ_ONLY;
    }
  }

  record Metrics() implements Administrative {
    @Override
    public Role needed() {
      return Role.READ_ONLY;
    }
  }

  record ListBlobs(int part) implements Administrative {}

  record DeleteBlob(BlobKey key, Duration age) implements Administrative {}

  record ListVolumes() implements Administrative {}

  record AddVolume(VolumeId volume) implements Administrative {
    @Override
    public Role needed() {
      return Role.NODE;
    }
  }

  record RemoveVolume(VolumeId volume) implements Administrative {}

  record Get(GetExchange.Request request) implements Route {
    @Override
    public Role needed() {
      return Role.READ_ONLY;
    }
  }

  record Put(RequestTarget.Blob blob, boolean expectsContinue) implements Route {
    @Override
    public Role needed() {
      return Role.NODE;
    }
  }

  static Route route(HttpRequest request) {
    DecoderResult decoded = request.decoderResult();
    if (decoded.isFailure()) {
      return refuse(status(decoded.cause()), "bad request: " + decoded.cause().getMessage());
    }
    Refuse refused = checkHead(request);
    if (refused != null) {
      return refused;
    }
    RequestTarget target = RequestTarget.parse(request.uri());
    if (target instanceof RequestTarget.Blob blob) {
      return routeBlob(request, blob);
    } else if (target instanceof RequestTarget.Health) {
      return isGetOrHead(request) ? new Health() : refuseMethod("GET, HEAD");
    } else if (target instanceof RequestTarget.Metrics) {
      return isGetOrHead(request) ? new Metrics() : refuseMethod("GET, HEAD");
    } else if (target instanceof RequestTarget.OldBlob old) {
      boolean delete = request.method().equals(HttpMethod.DELETE);
      return delete ? new DeleteBlob(old.key(), old.age()) : refuseMethod("DELETE");
    } else if (target instanceof RequestTarget.Part part) {
      return isGetOrHead(request) ? new ListBlobs(part.part()) : refuseMethod("GET, HEAD");
    } else if (target instanceof RequestTarget.Volumes) {
      return isGetOrHead(request) ? new ListVolumes() : refuseMethod("GET, HEAD");
    } else if (target instanceof RequestTarget.Volume volume) {
      return routeVolume(request, volume.volume());
    } else if (target instanceof RequestTarget.Malformed malformed) {
      return refuse(HttpResponseStatus.BAD_REQUEST, malformed.reason());
    }
    return refuse(
        HttpResponseStatus.NOT_FOUND,
        "here are only blobs: /KEY of 64 lower-case hexadecimal digits");
  }

  private static Route routeVolume(HttpRequest request, VolumeId volume) {
    if (request.method().equals(HttpMethod.DELETE)) {
      return new RemoveVolume(volume);
    } else if (!request.method().equals(HttpMethod.PUT)) {
      return refuseMethod("PUT, DELETE");
    }
    return hasBody(request)
        ? refuse(HttpResponseStatus.BAD_REQUEST, "a volume has no body")
        : new AddVolume(volume);
  }

  private static Route routeBlob(HttpRequest request, RequestTarget.Blob blob) {
    if (isGetOrHead(request)) {
      boolean headOnly = request.method().equals(HttpMethod.HEAD);
      String range = headOnly ? null : request.headers().get(HttpHeaderNames.RANGE);
      int waitSeconds = headOnly ? 0 : blob.waitSeconds();
      return new Get(new GetExchange.Request(blob.key(), headOnly, range, waitSeconds));
    }
    if (!request.method().equals(HttpMethod.PUT)) {
      return refuseMethod("GET, HEAD, PUT");
    }
    if (HttpUtil.getContentLength(request, 0L) > Store.MAX_VALUE_BYTES) {
      return new Refuse(Responses.tooBig());
    }
    return new Put(blob, HttpUtil.is100ContinueExpected(request));
  }

  /** Refuses what the protocol forbids (RFC 9112, section 3.2 and 6.1) or this server lacks. */
  private static Refuse checkHead(HttpRequest request) {
    HttpHeaders headers = request.headers();
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1 || !version.protocolName().equals("HTTP")) {
      return refuse(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "this server speaks HTTP/1.1");
    }
    int hosts = headers.getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && version.minorVersion() > 0)) {
      return refuse(HttpResponseStatus.BAD_REQUEST, "a request has one Host header, not " + hosts);
    }
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty() && !isChunked(codings)) {
      return refuse(HttpResponseStatus.NOT_IMPLEMENTED, "the only transfer coding here is chunked");
    }
    if (headers.contains(HttpHeaderNames.EXPECT) && !HttpUtil.is100ContinueExpected(request)) {
      return refuse(
          HttpResponseStatus.EXPECTATION_FAILED, "the only expectation met is 100-continue");
    }
    if (hasBody(request) && !request.method().equals(HttpMethod.PUT)) {
      return refuse(HttpResponseStatus.BAD_REQUEST, "only a PUT has a body");
    }
    return null;
  }

  private static boolean isChunked(List<String> codings) {
    return codings.size() == 1
        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0).strip());
  }

  /** Whether bytes of a body may follow the head. */
  static boolean hasBody(HttpRequest request) {
    return request.decoderResult().isFailure()
        || HttpUtil.isTransferEncodingChunked(request)
        || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
        || HttpUtil.getContentLength(request, 0L) != 0;
  }

  private static boolean isGetOrHead(HttpRequest request) {
    return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
  }

  private static HttpResponseStatus status(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return HttpResponseStatus.REQUEST_URI_TOO_LONG;
    } else if (cause instanceof TooLongHttpHeaderException
        || cause instanceof TooLongFrameException) {
      return HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
    }
    return HttpResponseStatus.BAD_REQUEST;
  }

  private static Refuse refuseMethod(String allowed) {
    Refuse refuse = refuse(HttpResponseStatus.METHOD_NOT_ALLOWED, "allowed here: " + allowed);
    refuse.response().headers().set(HttpHeaderNames.ALLOW, allowed);
    return refuse;
  }

  private static Refuse refuse(HttpResponseStatus status, String text) {
    return new Refuse(Responses.text(status, text));
  }
}
