package io.dinofs.blobserver;

import io.dinofs.model.DinofsException;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers with what one look at the disk, or one change of it, has to say. */
final class DiskExchange implements Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(DiskExchange.class);

  /** Makes the answer, in a disk thread. */
  @FunctionalInterface
  interface Task {
    FullHttpResponse run() throws DinofsException;
  }

  private final Answerer answerer;
  private final Service service;
  private final Task task;
  private boolean over;

  DiskExchange(Answerer answerer, Service service, Task task) {
    this.answerer = answerer;
    this.service = service;
    this.task = task;
  }

  @Override
  public void start() {
    try {
      service.threads().read(this::askDisk);
    } catch (DinofsException e) {
      answer(Responses.failure(e));
    }
  }

  private void askDisk() {
    FullHttpResponse response;
    try {
      response = task.run();
    } catch (DinofsException e) {
      LOG.warn("{}", e.getMessage());
      response = Responses.failure(e);
    }
    FullHttpResponse known = response;
    answerer.loop().execute(() -> answer(known));
  }

  private void answer(FullHttpResponse response) {
    if (over) {
      response.release();
    } else {
      over = true;
      answerer.answer(response);
    }
  }

  @Override
  public void body(ByteBuf piece, boolean last) {
    piece.release();
  }

  @Override
  public void abandoned() {
    over = true;
  }

  @Override
  public void serverStops() {
    // The answer comes at once anyway.
  }
}
