package io.dinofs.blobserver;

import io.dinofs.model.DinofsException;
import io.dinofs.store.Capacity;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/** The requests of those who look after the server, none of which has a body. */
final class Administration {
  private final Service service;

  Administration(Service service) {
    this.service = service;
  }

  FullHttpResponse answer(Router.Administrative request) throws DinofsException {
    if (request instanceof Router.Health) {
      Capacity.Room room = service.blobs().room();
      return Responses.json(
          "{\"totalBytes\":" + room.totalBytes() + ",\"freeBytes\":" + room.freeBytes() + "}");
    } else if (request instanceof Router.Metrics) {
      return Responses.lines(service.metrics().page());
    } else if (request instanceof Router.ListBlobs list) {
      return Responses.lines(service.blobs().list(list.part()));
    } else if (request instanceof Router.DeleteBlob delete) {
      return switch (service.blobs().deleteOlder(delete.key(), delete.age())) {
        case DELETED -> Responses.empty(HttpResponseStatus.NO_CONTENT);
        case ABSENT -> Responses.text(HttpResponseStatus.NOT_FOUND, "no blob " + delete.key());
        case TOO_YOUNG ->
            Responses.text(HttpResponseStatus.CONFLICT, "put too recently: " + delete.key());
      };
    } else if (request instanceof Router.AddVolume add) {
      service.volumes().add(add.volume());
      return Responses.empty(HttpResponseStatus.NO_CONTENT);
    } else if (request instanceof Router.RemoveVolume remove) {
      return service.volumes().remove(remove.volume())
          ? Responses.empty(HttpResponseStatus.NO_CONTENT)
          : Responses.text(HttpResponseStatus.NOT_FOUND, "no volume " + remove.volume());
    }
    return Responses.lines(service.volumes().list());
  }
}
