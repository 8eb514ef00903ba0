package io.dinofs.tls;

import io.netty.handler.ssl.NotSslRecordException;

/** What a log may say of a connection that failed to begin with TLS. */
public final class TlsFailure {
  private TlsFailure() {}

  /**
   * The failure's message; but not what the other end has sent in plain text, which may be a token.
   */
  public static String describe(Throwable failure) {
    return failure instanceof NotSslRecordException ? "it speaks no TLS" : failure.getMessage();
  }
}
