package io.dinofs.blobserver;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Refuses a request whose length is told twice, by Content-Length and by Transfer-Encoding: a proxy
 * in front of this server could take the other one for true (RFC 9112, section 6.1).
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
  static final int MAX_LINE_BYTES = 4096;
  static final int MAX_HEAD_BYTES = 8192;

  /** A body comes in pieces of at most this size: as much as a read from a socket brings. */
  static final int MAX_PIECE_BYTES = 256 << 10;

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
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
