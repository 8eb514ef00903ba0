package io.dinofs.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends back, over TLS, what it gets; and asks itself so. */
final class EchoServer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Channel listener;

  EchoServer(ServerTls tls) {
    listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(tls.handler(channel.alloc()), new Echo());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /**
   * What comes back through a pipeline.
   *
   * @param host that the server is taken for
   */
  byte[] ask(ClientTls client, String host, byte[] message) throws Exception {
    Asker asker = new Asker(message);
    Channel channel =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    made.pipeline().addLast(client.handler(made.alloc(), host, port()), asker);
                  }
                })
            .connect(listener.localAddress())
            .sync()
            .channel();
    try {
      return asker.answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("neither an answer nor a refusal", e);
    } finally {
      channel.close().sync();
    }
  }

  /** What comes back through a socket. */
  byte[] askBySocket(ClientTls client, String host, byte[] message) throws IOException {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port());
        Socket secured = client.over(plain, host, port(), PATIENCE_MILLIS)) {
      plain.setSoTimeout(PATIENCE_MILLIS);
      secured.getOutputStream().write(message);
      return secured.getInputStream().readNBytes(message.length);
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(10, 1000, TimeUnit.MILLISECONDS).syncUninterruptibly();
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var unused = ctx.writeAndFlush(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var unused = ctx.close();
    }
  }

  private static final class Asker extends SimpleChannelInboundHandler<ByteBuf> {
    final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private final byte[] message;
    private final byte[] received;
    private int count;

    Asker(byte[] message) {
      this.message = message;
      this.received = new byte[message.length];
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      var unused = ctx.writeAndFlush(Unpooled.wrappedBuffer(message));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      int length = bytes.readableBytes();
      bytes.readBytes(received, count, length);
      count += length;
      if (count == received.length) {
        answer.complete(received);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      Throwable reason = cause.getCause() instanceof IOException ? cause.getCause() : cause;
      answer.completeExceptionally(reason);
      var unused = ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      answer.completeExceptionally(new IOException("closed after " + count + " bytes"));
    }
  }
}
