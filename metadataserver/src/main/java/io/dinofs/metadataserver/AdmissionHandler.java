package io.dinofs.metadataserver;

import io.dinofs.access.Gate;
import io.dinofs.access.Grant;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.wire.FrameDecoder;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in front of a connection until it is known who is at its other end: it lets nothing by
 * before that, and leaves the pipeline then.
 */
final class AdmissionHandler extends SimpleChannelInboundHandler<Message> {
  private static final Logger log = LoggerFactory.getLogger(AdmissionHandler.class);

  /** What was proved; set before the first message passes. */
  static final AttributeKey<Grant> GRANT = AttributeKey.valueOf(AdmissionHandler.class, "grant");

  private final Gate gate;

  // Used in the event loop only.
  private boolean asked;
  private boolean refused;

  AdmissionHandler(Gate gate) {
    this.gate = gate;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Message message)
      throws DinofsException {
    if (refused) {
      return;
    }
    if (message instanceof Message.Auth auth && !asked) {
      asked = true;
      InetSocketAddress from = (InetSocketAddress) context.channel().remoteAddress();
      var unused =
          gate.prove(from.getAddress(), auth.token())
              .whenComplete(
                  (grant, failure) ->
                      context
                          .executor()
                          .execute(() -> proved(context, auth.tag(), grant, failure)));
    } else if (asked || message instanceof Message.Auth) {
      throw new DinofsException(ErrorKind.PROTOCOL, "a message before the answer to AUTH");
    } else if (gate.isShut()) {
      log.warn("{} is refused: it shows no token", context.channel().remoteAddress());
      refuse(
          context,
          message.tag(),
          new DinofsException(ErrorKind.ACCESS_DENIED, "a token is needed (--token-file)"));
    } else {
      admit(context, Grant.ANYBODY);
      context.fireChannelRead(message);
      context.pipeline().remove(this);
    }
  }

  private void proved(ChannelHandlerContext context, long tag, Grant grant, Throwable failure) {
    if (failure instanceof DinofsException reason) {
      log.debug("{} is refused: {}", context.channel().remoteAddress(), reason.getMessage());
      refuse(context, tag, reason);
    } else if (failure != null) {
      log.error("{} is refused after a failure", context.channel().remoteAddress(), failure);
      var unused = context.close();
    } else {
      admit(context, grant);
      send(context, new Message.Authenticated(tag, grant.role()));
      context.pipeline().remove(this);
    }
  }

  private static void admit(ChannelHandlerContext context, Grant grant) {
    context.channel().attr(GRANT).set(grant);
    context.pipeline().get(FrameDecoder.class).trust();
  }

  private void refuse(ChannelHandlerContext context, long tag, DinofsException reason) {
    refused = true;
    send(context, new Message.Failure(tag, reason.kind(), reason.getMessage()));
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private static void send(ChannelHandlerContext context, Message message) {
    try {
      context
          .writeAndFlush(Frames.encode(message, context.alloc()))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    } catch (DinofsException e) {
      log.error("an answer does not fit a frame", e);
      var unused = context.close();
    }
  }
}
