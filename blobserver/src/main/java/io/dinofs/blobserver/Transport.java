package io.dinofs.blobserver;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;

/** How sockets are served: with epoll(7) where there is one, otherwise with what Java has. */
record Transport(EventLoopGroup loops, Class<? extends ServerChannel> serverChannel) {
  /** An event loop waits for the disk while it sends a file that is not in memory, so not one. */
  private static final int MIN_LOOPS = 2;

  static Transport open() {
    int threads = Math.max(MIN_LOOPS, Runtime.getRuntime().availableProcessors());
    ThreadFactory named = new DefaultThreadFactory("http");
    if (Epoll.isAvailable()) {
      return new Transport(
          new MultiThreadIoEventLoopGroup(threads, named, EpollIoHandler.newFactory()),
          EpollServerSocketChannel.class);
    }
    return new Transport(
        new MultiThreadIoEventLoopGroup(threads, named, NioIoHandler.newFactory()),
        NioServerSocketChannel.class);
  }
}
