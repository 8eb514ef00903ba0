package io.dinofs.blobserver;

import io.dinofs.model.DinofsException;
import io.dinofs.store.Capacity;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;

/** Tells whether the server can use its disk, and what room it has. */
final class HealthExchange implements Exchange {
  private final Answerer answerer;
  private final Service service;
  private boolean over;

  HealthExchange(Answerer answerer, Service service) {
    this.answerer = answerer;
    this.service = service;
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
      Capacity.Room room = service.blobs().room();
      response =
          Responses.json(
              "{\"totalBytes\":" + room.totalBytes() + ",\"freeBytes\":" + room.freeBytes() + "}");
    } catch (DinofsException e) {
      response = Responses.failure(e);
    }
    FullHttpResponse known = response;
    answerer.loop().execute(() -> answer(known));
  }

  private void answer(FullHttpResponse response) {
    if (!over) {
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
