package io.dinofs.blobserver;

import java.util.Locale;

/** What requests are told apart by in the metrics. */
enum RequestKind {
  GET,
  /** The client wants to wait for the blob: to take long is what was asked for. */
  GET_OR_WAIT,
  HEAD,
  PUT,
  ADMINISTRATION,
  REFUSED;

  static RequestKind of(Router.Route route, boolean headOnly) {
    if (route instanceof Router.Refuse) {
      return REFUSED;
    } else if (route instanceof Router.Put) {
      return PUT;
    } else if (route instanceof Router.Get get) {
      return headOnly ? HEAD : get.request().waitSeconds() > 0 ? GET_OR_WAIT : GET;
    }
    return ADMINISTRATION;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
