package io.dinofs.blobserver;

import io.dinofs.access.Gate;
import io.dinofs.access.Grant;
import io.dinofs.limit.NodeUse;
import io.dinofs.limit.NodeUses;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who is at the other end of one connection. Each request carries the token (RFC 6750), since a
 * proxy may send those of several clients over one connection; one that was proved on it is only
 * compared. To be used in the connection's event loop.
 */
final class Admission {
  private static final String SCHEME = "Bearer ";

  private final Gate gate;
  private final NodeUses uses;
  private final NodeUse address;
  private final EventExecutor loop;
  private final InetAddress client;

  /** What was proved last; both null at first. */
  private byte[] credentials;

  private Grant grant;

  /** Of the token that was proved last; null if none was. */
  private NodeUse node;

  /** Whether the connection has ended. */
  private boolean left;

  /**
   * @param address what the client's address uses
   */
  Admission(Gate gate, NodeUses uses, NodeUse address, EventExecutor loop, InetAddress client) {
    this.uses = uses;
    this.address = address;
    this.gate = gate;
    this.loop = loop;
    this.client = client;
  }

  /** What came of it. */
  sealed interface Outcome {}

  record Admitted(Grant grant) implements Outcome {}

  record Refused(FullHttpResponse response) implements Outcome {}

  /**
   * Finds out who sends a request.
   *
   * @param then is told, in the event loop: at once, or later if the token was not seen before
   */
  void admit(HttpHeaders headers, Consumer<Outcome> then) {
    if (!gate.isShut()) {
      grant = Grant.ANYBODY;
      then.accept(new Admitted(grant));
      return;
    }
    List<String> shown = headers.getAll(HttpHeaderNames.AUTHORIZATION);
    if (shown.size() != 1 || !shown.get(0).startsWith(SCHEME)) {
      then.accept(refused(new DinofsException(ErrorKind.ACCESS_DENIED, "a token is needed")));
      return;
    }
    String token = shown.get(0).substring(SCHEME.length());
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    if (MessageDigest.isEqual(bytes, credentials) && gate.isInForce(grant)) {
      then.accept(new Admitted(grant));
      return;
    }
    var unused =
        gate.prove(client, token)
            .whenComplete(
                (proved, failure) -> {
                  if (loop.inEventLoop()) {
                    then.accept(outcome(bytes, proved, failure));
                  } else {
                    loop.execute(() -> then.accept(outcome(bytes, proved, failure)));
                  }
                });
  }

  private Outcome outcome(byte[] shown, Grant proved, Throwable failure) {
    if (failure != null) {
      return refused(
          failure instanceof DinofsException known
              ? known
              : new DinofsException(ErrorKind.IO, failure.toString(), failure));
    }
    if (proved != Grant.ANYBODY && !counts(proved)) {
      return refused(
          new DinofsException(ErrorKind.UNAVAILABLE, "this node has its limit of connections"));
    }
    credentials = shown;
    grant = proved;
    return new Admitted(proved);
  }

  /** Counts the connection for a node, and no more for the one before. */
  private boolean counts(Grant proved) {
    if (left) {
      return false;
    }
    Optional<NodeUse> entered = uses.enter(proved.node());
    if (node != null) {
      uses.leave(node);
    }
    node = entered.orElse(null);
    return entered.isPresent();
  }

  /** The connection has ended. */
  void left() {
    left = true;
    if (node != null) {
      uses.leave(node);
      node = null;
    }
  }

  /**
   * Counts a request that was admitted.
   *
   * @return how many nanoseconds it has to wait; 0 or less if not
   */
  long request() {
    NodeUse use = node == null ? address : node;
    use.request();
    return use.waitNanos();
  }

  private static Refused refused(DinofsException reason) {
    if (reason.kind() != ErrorKind.ACCESS_DENIED) {
      return new Refused(Responses.failure(reason));
    }
    FullHttpResponse response =
        Responses.text(HttpResponseStatus.UNAUTHORIZED, reason.getMessage());
    response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, SCHEME.strip());
    return new Refused(response);
  }

  /** Whether what was proved last, if anything, counts no more. */
  boolean isRevoked() {
    return grant != null && !gate.isInForce(grant);
  }

  /** The refusal of a request that its sender may not make; empty if it may. */
  static Optional<FullHttpResponse> refusal(Grant grant, Router.Route route) {
    return grant.role().allows(route.needed())
        ? Optional.empty()
        : Optional.of(
            Responses.text(
                HttpResponseStatus.FORBIDDEN,
                "this needs the token of a node that is " + route.needed()));
  }
}
