package io.dinofs.wire;

import io.dinofs.model.DinofsException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Optional;

/**
 * Turns a channel's bytes into {@link Message}s. What is no message ends up as the pipeline's
 * exception.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
  private boolean broken; // guarded by the channel's event loop

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws DinofsException {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    boolean done = false;
    try {
      Optional<Message> message = Frames.next(in);
      message.ifPresent(out::add);
      done = true;
    } finally {
      broken = !done;
    }
  }
}
