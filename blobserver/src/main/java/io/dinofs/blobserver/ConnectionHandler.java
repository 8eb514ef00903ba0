package io.dinofs.blobserver;

import io.dinofs.limit.NodeUse;
import io.dinofs.tls.TlsFailure;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection: takes one request at a time, leaves it to its {@link Exchange}, sends the answer,
 * and goes on with the next. Stands behind a FlowControlHandler, so one read brings one message.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter implements Answerer {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

  /** How long a refused client may still send, so that a reset does not cost it the answer. */
  private static final Duration LINGER_LIMIT = Duration.ofSeconds(2);

  /** How many times as long as a stall a whole body may take. */
  private static final int WHOLE_BODY_STALLS = 10;

  private enum State {
    /** Between requests. */
    IDLE,
    /** A request's body is wanted or not yet complete. */
    BODY,
    /** The request is complete, or of no interest any more, and its answer is not sent yet. */
    ANSWERING,
    /** The last answer is sent; what comes now is dropped. */
    LINGERING
  }

  private final Service service;
  private final NodeUse use;
  private ChannelHandlerContext context;
  private Deadline deadline;
  private Admission admission;
  private State state = State.IDLE;
  private Exchange exchange;

  /** The answer may be followed by another request. */
  private boolean keepAlive;

  private boolean headOnly;

  /** What the request was, and when it came, as {@link System#nanoTime}. */
  private RequestKind kind;

  private long sinceNanos;

  /** When its body began, likewise. */
  private long bodyNanos;

  private HttpResponseStatus status;
  private boolean http10;
  private boolean headBegun;
  private boolean stopping;

  /** A message that came while {@link #watchClient} read ahead. */
  private Object early;

  /** A message is wanted; and {@link #read} is already on the stack and will fetch it. */
  private boolean readWanted;

  private boolean inRead;

  /** The client was asked for a message that has not come yet. */
  private boolean clientsTurn;

  /**
   * @param use what the client's address uses
   */
  ConnectionHandler(Service service, NodeUse use) {
    this.service = service;
    this.use = use;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    deadline = new Deadline(ctx.executor(), this::expired);
    InetSocketAddress client = (InetSocketAddress) ctx.channel().remoteAddress();
    admission =
        new Admission(service.gate(), service.uses(), use, ctx.executor(), client.getAddress());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    awaitRequest();
  }

  private void awaitRequest() {
    state = State.IDLE;
    exchange = null;
    if (stopping) {
      close();
      return;
    }
    headBegun = false;
    deadline.in(service.settings().idleLimit());
    Object message = early;
    early = null;
    if (message != null) {
      channelRead(context, message);
    } else {
      read();
    }
  }

  /** A body may stall for a while, but not come in drops for ever. */
  private Duration bodyLimit() {
    Duration stall = service.settings().stallLimit();
    Duration whole = stall.multipliedBy(WHOLE_BODY_STALLS);
    Duration left = whole.minusNanos(System.nanoTime() - bodyNanos);
    return left.compareTo(stall) < 0 ? left : stall;
  }

  /** Bytes came from the client. */
  void bytesCame() {
    if (state == State.IDLE && !headBegun) {
      headBegun = true;
      deadline.in(service.settings().headLimit());
    } else if (state == State.BODY) {
      deadline.in(bodyLimit());
    }
  }

  /** Asks for one message. Loops instead of recursing when messages are there already. */
  private void read() {
    if (clientsTurn) {
      return;
    }
    readWanted = true;
    if (inRead) {
      return;
    }
    inRead = true;
    try {
      while (readWanted) {
        readWanted = false;
        clientsTurn = true;
        context.read();
      }
    } finally {
      inRead = false;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    clientsTurn = false;
    switch (state) {
      case IDLE -> {
        if (message instanceof HttpRequest request) {
          begin(request);
        } else {
          // The empty end of a request that was answered from its head.
          dropAndRead(message);
        }
      }
      case BODY -> body((HttpContent) message);
      case ANSWERING -> {
        if (message instanceof HttpRequest) {
          early = message;
        } else {
          dropAndRead(message);
        }
      }
      case LINGERING -> dropAndRead(message);
    }
  }

  /** What came was less than a message, or there was nothing: the wish for a message stands. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (clientsTurn) {
      ctx.read();
    }
  }

  private void dropAndRead(Object message) {
    ReferenceCountUtil.release(message);
    read();
  }

  private void begin(HttpRequest request) {
    boolean hasBody = Router.hasBody(request);
    keepAlive = HttpUtil.isKeepAlive(request);
    http10 = request.protocolVersion().minorVersion() == 0;
    headOnly = request.method().equals(HttpMethod.HEAD);
    Router.Route route = Router.route(request);
    kind = RequestKind.of(route, headOnly);
    sinceNanos = System.nanoTime();
    state = State.ANSWERING; // until it is known who asks
    deadline.off();
    admission.admit(request.headers(), outcome -> decided(route, hasBody, outcome));
    ReferenceCountUtil.release(request);
  }

  private void decided(Router.Route route, boolean hasBody, Admission.Outcome outcome) {
    if (!context.channel().isActive()) {
      return;
    }
    if (outcome instanceof Admission.Refused refused) {
      kind = RequestKind.REFUSED;
      answerAndClose(refused.response());
      return;
    }
    long waitNanos = admission.request();
    if (waitNanos > 0) {
      var unused =
          context
              .executor()
              .schedule(() -> allowed(route, hasBody, outcome), waitNanos, TimeUnit.NANOSECONDS);
    } else {
      allowed(route, hasBody, outcome);
    }
  }

  private void allowed(Router.Route route, boolean hasBody, Admission.Outcome outcome) {
    if (!context.channel().isActive()) {
      return;
    }
    Optional<FullHttpResponse> refusal =
        Admission.refusal(((Admission.Admitted) outcome).grant(), route);
    if (refusal.isPresent()) {
      kind = RequestKind.REFUSED;
      LOG.debug("{} may not {}", context.channel().remoteAddress(), route);
    }
    begin(refusal.<Router.Route>map(Router.Refuse::new).orElse(route), hasBody);
  }

  private void begin(Router.Route route, boolean hasBody) {
    if (route instanceof Router.Refuse refuse) {
      LOG.debug("{} refused: {}", context.channel().remoteAddress(), refuse.response().status());
      if (hasBody) {
        answerAndClose(refuse.response());
      } else {
        answer(refuse.response());
      }
    } else if (route instanceof Router.Put put) {
      state = State.BODY;
      bodyNanos = System.nanoTime();
      deadline.in(bodyLimit());
      start(new PutExchange(this, service, put.blob().key(), put.expectsContinue()));
    } else {
      state = State.ANSWERING;
      deadline.off();
      start(
          route instanceof Router.Administrative administrative
              ? administer(administrative)
              : new GetExchange(this, service, ((Router.Get) route).request()));
    }
  }

  private Exchange administer(Router.Administrative request) {
    Administration administration = new Administration(service);
    return new DiskExchange(this, service, () -> administration.answer(request));
  }

  private void start(Exchange started) {
    exchange = started;
    started.start();
  }

  private void body(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      exchange.abandoned();
      exchange = null;
      answerAndClose(
          Responses.text(
              HttpResponseStatus.BAD_REQUEST,
              "bad body: " + content.decoderResult().cause().getMessage()));
      return;
    }
    boolean last = content instanceof LastHttpContent;
    if (last) {
      state = State.ANSWERING;
      deadline.off();
    }
    exchange.body(content.content(), last);
  }

  @Override
  public EventExecutor loop() {
    return context.executor();
  }

  @Override
  public ByteBufAllocator allocator() {
    return context.alloc();
  }

  @Override
  public void readBody() {
    deadline.in(bodyLimit());
    read();
  }

  @Override
  public void sendContinue() {
    context.writeAndFlush(Responses.sendBody()).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public void watchClient() {
    read();
  }

  @Override
  public void answerAndClose(FullHttpResponse response) {
    keepAlive = false;
    answer(response);
  }

  @Override
  public void answer(FullHttpResponse response) {
    prepare(response);
    if (headOnly) {
      response.content().clear();
    }
    context.writeAndFlush(response).addListener((ChannelFuture sent) -> answered(sent.isSuccess()));
  }

  @Override
  public void answer(HttpResponse head, FileRegion body) {
    prepare(head);
    context.write(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    context.write(body, context.newProgressivePromise()).addListener(new Progress());
    context
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener((ChannelFuture sent) -> answered(sent.isSuccess()));
  }

  private void prepare(HttpResponse response) {
    state = State.ANSWERING;
    status = response.status();
    keepAlive &= !stopping;
    deadline.in(service.settings().stallLimit());
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (http10) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  private void answered(boolean sent) {
    if (sent && kind != null) {
      service
          .metrics()
          .answered(
              kind,
              status,
              System.nanoTime() - sinceNanos,
              () -> kind + " for " + context.channel().remoteAddress() + ", answered " + status);
    }
    exchange = null;
    if (!sent) {
      close();
    } else if (keepAlive) {
      awaitRequest();
    } else {
      linger();
    }
  }

  private void linger() {
    state = State.LINGERING;
    ReferenceCountUtil.release(early);
    early = null;
    deadline.in(LINGER_LIMIT);
    ((DuplexChannel) context.channel())
        .shutdownOutput()
        .addListener((ChannelFuture shut) -> read());
  }

  private void close() {
    var unused = context.close();
  }

  private void expired() {
    if (state == State.BODY && !clientsTurn) {
      // It is the disk that is slow.
      deadline.in(service.settings().stallLimit());
      return;
    }
    LOG.debug("{} timed out while {}", context.channel().remoteAddress(), state);
    boolean canAnswer = state == State.BODY || (state == State.IDLE && headBegun);
    if (!canAnswer) {
      close();
      return;
    }
    if (exchange != null) {
      exchange.abandoned();
      exchange = null;
    }
    answerAndClose(
        Responses.text(HttpResponseStatus.REQUEST_TIMEOUT, "the request came too slowly"));
  }

  /** A token was revoked, perhaps that of this client. */
  void tokensChanged() {
    if (admission.isRevoked()) {
      LOG.warn("{} is cut off: its token is revoked", context.channel().remoteAddress());
      close();
    }
  }

  /** The server stops: the request under way is the last one. */
  void stop() {
    stopping = true;
    if (state == State.IDLE && !headBegun) {
      close();
    } else if (exchange != null) {
      exchange.serverStops();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    deadline.off();
    admission.left();
    ReferenceCountUtil.release(early);
    early = null;
    Exchange left = exchange;
    exchange = null;
    if (left != null) {
      left.abandoned();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause.getCause() instanceof SSLException refused) {
      LOG.warn("{} is refused: {}", ctx.channel().remoteAddress(), TlsFailure.describe(refused));
    } else if (cause instanceof IOException) {
      LOG.debug("{}: {}", ctx.channel().remoteAddress(), cause.toString());
    } else {
      LOG.error("{}: unexpected failure, connection closed", ctx.channel().remoteAddress(), cause);
    }
    close();
  }

  /** A body that moves is not stalled. */
  private final class Progress implements ChannelProgressiveFutureListener {
    @Override
    public void operationProgressed(ChannelProgressiveFuture body, long sent, long total) {
      deadline.in(service.settings().stallLimit());
    }

    @Override
    public void operationComplete(ChannelProgressiveFuture body) {
      // The end of the answer is told apart.
    }
  }
}
