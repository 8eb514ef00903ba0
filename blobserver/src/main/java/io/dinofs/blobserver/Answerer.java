package io.dinofs.blobserver;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.EventExecutor;

/** What an {@link Exchange} knows of its connection. To be used in the connection's event loop. */
interface Answerer {
  EventExecutor loop();

  ByteBufAllocator allocator();

  /** Asks for the next piece of the body. */
  void readBody();

  /** Tells the client to send its body: 100 (RFC 9110, section 10.1.1). */
  void sendContinue();

  /** While the answer takes long: notice when the client goes away. */
  void watchClient();

  /** The answer to a request whose body, if it has one, was read to its end. */
  void answer(FullHttpResponse response);

  /** As {@link #answer(FullHttpResponse)}, with a part of a file as the body. */
  void answer(HttpResponse head, FileRegion body);

  /** The answer to a request whose body was not read; the connection is closed behind it. */
  void answerAndClose(FullHttpResponse response);
}
