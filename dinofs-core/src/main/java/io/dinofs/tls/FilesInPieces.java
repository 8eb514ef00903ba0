package io.dinofs.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.stream.ChunkedInput;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.IOException;

/**
 * Reads what is written as a {@link ReadableRegion} into memory piece by piece, as fast as it is
 * taken: what is to be encrypted cannot go from the page cache to the socket.
 */
public final class FilesInPieces extends ChannelOutboundHandlerAdapter {
  private static final int PIECE_BYTES = 64 << 10;

  private FilesInPieces() {}

  /** Adds what it takes to the end of a pipeline; who writes files has to come behind it. */
  public static void addTo(ChannelPipeline pipeline) {
    pipeline.addLast(new ChunkedWriteHandler(), new FilesInPieces());
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    var unused =
        ctx.write(message instanceof ReadableRegion file ? new Pieces(file) : message, promise);
  }

  private static final class Pieces implements ChunkedInput<ByteBuf> {
    private final ReadableRegion file;
    private long taken;

    Pieces(ReadableRegion file) {
      this.file = file;
    }

    @Override
    public boolean isEndOfInput() {
      return taken == file.count();
    }

    @Override
    public void close() {
      file.release();
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // it is the interface's to end
    public ByteBuf readChunk(ChannelHandlerContext ctx) throws IOException {
      return readChunk(ctx.alloc());
    }

    @Override
    public ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
      ByteBuf piece = allocator.buffer((int) Math.min(PIECE_BYTES, file.count() - taken));
      boolean read = false;
      try {
        while (piece.isWritable()) {
          taken += file.read(piece, taken, piece.writableBytes());
        }
        read = true;
        return piece;
      } finally {
        if (!read) {
          piece.release();
        }
      }
    }

    @Override
    public long length() {
      return file.count();
    }

    @Override
    public long progress() {
      return taken;
    }
  }
}
