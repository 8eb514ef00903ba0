package io.dinofs.metadataserver;

import io.dinofs.access.Gate;
import io.dinofs.access.Grant;
import io.dinofs.limit.NodeUse;
import io.dinofs.limit.NodeUses;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.wire.FrameDecoder;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.Optional;
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

  /** What its node uses; set from the beginning, to that of the token when it is proved. */
  static final AttributeKey<NodeUse> USE = AttributeKey.valueOf(AdmissionHandler.class, "use");

  private final Gate gate;
  private final NodeUses uses;

  // Used in the event loop only.
  private boolean asked;
  private boolean refused;

  AdmissionHandler(Gate gate, NodeUses uses) {
    this.gate = gate;
    this.uses = uses;
  }

  /**
   * Counts a new connection for its address.
   *
   * @return false if there are too many
   */
  static boolean enter(Channel channel, NodeUses uses) {
    InetSocketAddress from = (InetSocketAddress) channel.remoteAddress();
    return enter(channel, uses, from.getAddress());
  }

  private static boolean enter(Channel channel, NodeUses uses, Object who) {
    Optional<NodeUse> use = uses.enter(who);
    use.ifPresent(
        entered -> {
          channel.attr(USE).set(entered);
          channel.closeFuture().addListener(closed -> uses.leave(entered));
        });
    return use.isPresent();
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
    } else if (grant != Grant.ANYBODY && !enter(context.channel(), uses, grant.node())) {
      log.warn("{} is refused: node {} has too many connections", context.channel(), grant.node());
      refuse(
          context,
          tag,
          new DinofsException(ErrorKind.UNAVAILABLE, "this node has its limit of connections"));
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
