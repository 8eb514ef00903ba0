package io.dinofs.blobserver;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Refuses requests that a proxy in front of this server could read in another way: a length that is
 * told twice, by Content-Length and by Transfer-Encoding (RFC 9112, section 6.1), and a line of the
 * head that goes on in the next one (section 5.2).
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
  static final int MAX_LINE_BYTES = 4096;
  static final int MAX_HEAD_BYTES = 8192;

  /** A body comes in pieces of at most this size: as much as a read from a socket brings. */
  static final int MAX_PIECE_BYTES = 256 << 10;

  // The fields below are used in the event loop only.

  /** Whether what comes next is of a head; the decoder takes heads line by line. */
  private boolean inHead = true;

  /** Whether a line of the head has come. */
  private boolean begun;

  private boolean refused;

  StrictRequestDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxChunkSize(MAX_PIECE_BYTES)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (!refused && inHead && hasFoldedLine(in)) {
      refused = true;
      HttpMessage invalid = createInvalidMessage();
      invalid.setDecoderResult(
          DecoderResult.failure(new IllegalArgumentException("a line that begins with a blank")));
      out.add(invalid);
      out.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    if (refused) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int before = out.size();
    super.decode(context, in, out);
    for (Object message : out.subList(before, out.size())) {
      if (message instanceof LastHttpContent) {
        inHead = true;
        begun = false;
      } else if (message instanceof HttpMessage) {
        inHead = false;
      }
    }
  }

  /** Looks at the lines that have come, from the start of one to the end of the head. */
  private boolean hasFoldedLine(ByteBuf in) {
    int end = in.writerIndex();
    int line = in.readerIndex();
    while (line < end) {
      byte first = in.getByte(line);
      if (first == ' ' || first == '\t') {
        return true;
      }
      int feed = in.indexOf(line, end, (byte) '\n');
      if (feed < 0) {
        return false;
      }
      boolean empty = feed == line || (feed == line + 1 && first == '\r');
      if (empty && begun) {
        return false;
      }
      begun |= !empty;
      line = feed + 1;
    }
    return false;
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
