package io.dinofs.blobserver;

import io.dinofs.limit.NodeUse;
import io.dinofs.tls.FilesInPieces;
import io.dinofs.tls.ServerTls;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets a new connection up, or turns it away. Safe for any number of event loops. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionInitializer.class);
  private static final byte[] TURNED_AWAY =
      "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final Service service;
  private final ChannelGroup connections;
  private final Optional<ServerTls> tls;

  /**
   * @param connections gets every connection, and loses it when it is closed
   * @param tls empty for connections without TLS
   */
  ConnectionInitializer(Service service, ChannelGroup connections, Optional<ServerTls> tls) {
    this.service = service;
    this.connections = connections;
    this.tls = tls;
  }

  @Override
  protected void initChannel(Channel channel) {
    connections.add(channel);
    ChannelPipeline pipeline = channel.pipeline();
    tls.ifPresent(it -> pipeline.addLast(it.handler(channel.alloc())));
    InetSocketAddress client = (InetSocketAddress) channel.remoteAddress();
    Optional<NodeUse> use = service.uses().enter(client.getAddress());
    use.ifPresent(it -> channel.closeFuture().addListener(closed -> service.uses().leave(it)));
    if (use.isEmpty() || connections.size() > service.settings().maxConnections()) {
      LOG.debug("{} turned away: too many connections", channel.remoteAddress());
      pipeline.addLast(new TurnAway());
      return;
    }
    ConnectionHandler handler = new ConnectionHandler(service, use.get());
    pipeline
        .addLast(new ByteWatch(handler))
        .addLast(new StrictRequestDecoder())
        .addLast(new HttpResponseEncoder());
    if (tls.isPresent()) {
      FilesInPieces.addTo(pipeline);
    }
    pipeline.addLast(new FlowControlHandler()).addLast(handler);
  }

  /** Tells the connection of bytes before they are a message. */
  private static final class ByteWatch extends ChannelInboundHandlerAdapter {
    private final ConnectionHandler handler;

    ByteWatch(ConnectionHandler handler) {
      this.handler = handler;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
      handler.bytesCame();
      ctx.fireChannelRead(bytes);
    }
  }

  private static final class TurnAway extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(TURNED_AWAY))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }
}
