package io.dinofs.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertificateException;

/** What a log may say of a connection that failed to begin with TLS. */
public final class TlsFailure {
  private TlsFailure() {}

  /**
   * What is wrong with the other's certificate, or else the failure's message; but not what the
   * other end has sent in plain text, which may be a token.
   */
  public static String describe(Throwable failure) {
    if (failure instanceof NotSslRecordException) {
      return "it speaks no TLS";
    }
    // BoringSSL only tells that there was a problem.
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException && cause.getMessage() != null) {
        return cause.getMessage();
      }
    }
    return failure.getMessage();
  }
}
