package io.dinofs.remote.blob;

import io.dinofs.model.Bytes;
import io.dinofs.store.Store;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to a blob server, which carries one request at a time. An answer is taken into one
 * array of the length that it tells, if a value may be so long.
 *
 * <p>All fields belong to the connection's event loop.
 */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
  private final Channel channel;

  /** Null while nothing is asked. */
  private CompletableFuture<HttpAnswer> waiting;

  /** Null until the head of the answer is there. */
  private byte[] body;

  private int bodyBytes;
  private int status;

  /** The answer's head leaves the connection open. */
  private boolean keepAlive;

  /** The whole request is with the kernel. */
  private boolean sent;

  HttpConnection(Channel channel) {
    this.channel = channel;
  }

  /** Whether it can be asked; may be called by any thread. */
  boolean isOpen() {
    return channel.isActive();
  }

  /** May be called by any thread. */
  void close() {
    var unused = channel.close();
  }

  /**
   * Sends a request, if the one before is over. May be called by any thread.
   *
   * @param messages the request's head, body and end; used up, whatever happens
   * @return its answer, or an IOException
   */
  CompletableFuture<HttpAnswer> ask(List<Object> messages) {
    CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    channel.eventLoop().execute(() -> send(messages, answer));
    return answer;
  }

  private void send(List<Object> messages, CompletableFuture<HttpAnswer> answer) {
    if (!channel.isActive()) {
      messages.forEach(ReferenceCountUtil::release);
      answer.completeExceptionally(closed());
      return;
    }
    waiting = answer;
    body = null;
    sent = false;
    int last = messages.size() - 1;
    for (Object message : messages.subList(0, last)) {
      channel.write(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
    channel.writeAndFlush(messages.get(last)).addListener((ChannelFuture end) -> sent(end));
  }

  private void sent(ChannelFuture end) {
    if (end.isSuccess()) {
      sent = true;
    } else {
      fail(new IOException("the request cannot be sent: " + end.cause(), end.cause()));
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      fail(new IOException("not an answer of HTTP: " + message.decoderResult().cause()));
    } else if (waiting == null) {
      fail(new IOException("an answer that nobody asked for"));
    } else if (message instanceof HttpResponse head) {
      begin(head);
    } else if (message instanceof HttpContent content && body != null) {
      take(content.content(), content instanceof LastHttpContent);
    }
  }

  private void begin(HttpResponse head) {
    if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      return;
    }
    long length = HttpUtil.getContentLength(head, -1L);
    if (length < 0 || length > Store.MAX_VALUE_BYTES) {
      fail(new UnusableAnswerException("an answer of a length that no blob has: " + length));
      return;
    }
    status = head.status().code();
    keepAlive = HttpUtil.isKeepAlive(head);
    body = new byte[(int) length];
    bodyBytes = 0;
  }

  private void take(ByteBuf piece, boolean last) {
    int length = piece.readableBytes();
    if (length > body.length - bodyBytes) {
      fail(new IOException("the answer is longer than it said"));
      return;
    }
    piece.readBytes(body, bodyBytes, length);
    bodyBytes += length;
    if (last && bodyBytes < body.length) {
      fail(new IOException("the answer ends early"));
    } else if (last) {
      end();
    }
  }

  private void end() {
    CompletableFuture<HttpAnswer> answered = waiting;
    HttpAnswer answer = new HttpAnswer(status, Bytes.wrap(body));
    waiting = null;
    body = null;
    if (!keepAlive || !sent) {
      close();
    }
    answered.complete(answer);
  }

  private void fail(IOException failure) {
    CompletableFuture<HttpAnswer> failed = waiting;
    waiting = null;
    body = null;
    close();
    if (failed != null) {
      failed.completeExceptionally(failure);
    }
  }

  private static IOException closed() {
    return new IOException("the connection is closed");
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(closed());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(cause instanceof IOException known ? known : new IOException(cause.toString(), cause));
  }
}
