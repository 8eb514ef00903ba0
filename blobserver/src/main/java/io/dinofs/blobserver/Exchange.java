package io.dinofs.blobserver;

import io.netty.buffer.ByteBuf;

/** One request and its answer. All calls come from the connection's event loop. */
interface Exchange {
  /** Begins; the first call. */
  void start();

  /**
   * A piece of the request's body, which the exchange asked for and releases.
   *
   * @param last whether the body ends with it
   */
  void body(ByteBuf piece, boolean last);

  /** Nobody is there any more to answer to; the last call. */
  void abandoned();

  /** The server stops: what only waits is to be answered now. */
  void serverStops();
}
