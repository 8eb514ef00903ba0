package io.dinofs.wire;

import io.dinofs.model.DinofsException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Optional;

/**
 * Turns a channel's bytes into {@link Message}s. What is no message ends up as the pipeline's
 * exception. Of a peer that is not trusted yet it takes short frames only.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
  private static final int STRANGERS_BYTES = 1024;

  // The fields below are guarded by the channel's event loop.
  private int maxBytes = STRANGERS_BYTES;
  private boolean broken;

  /** From its next frame on the peer may send whatever the protocol allows. */
  public void trust() {
    maxBytes = Frames.MAX_FRAME_BYTES;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws DinofsException {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    boolean done = false;
    try {
      Optional<Message> message = Frames.next(in, maxBytes);
      message.ifPresent(out::add);
      done = true;
    } finally {
      broken = !done;
    }
  }
}
