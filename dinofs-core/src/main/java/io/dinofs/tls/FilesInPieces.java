package io.dinofs.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.stream.ChunkedInput;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Reads what is written as a file into memory piece by piece, as fast as it is taken: what is to be
 * encrypted cannot go from the page cache to the socket.
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
        ctx.write(message instanceof FileRegion file ? new Pieces(file) : message, promise);
  }

  private static final class Pieces implements ChunkedInput<ByteBuf> {
    private final FileRegion file;
    private long taken;

    Pieces(FileRegion file) {
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
          long more = file.transferTo(new Target(piece), taken);
          if (more <= 0) {
            throw new EOFException("the file ends early");
          }
          taken += more;
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

  /** Takes what there is room for. */
  private record Target(ByteBuf piece) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer source) {
      int length = Math.min(source.remaining(), piece.writableBytes());
      ByteBuffer part = source.slice(source.position(), length);
      piece.writeBytes(part);
      source.position(source.position() + length);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // It holds nothing.
    }
  }
}
