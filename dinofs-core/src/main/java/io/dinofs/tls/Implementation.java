package io.dinofs.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which TLS is behind Netty's handlers: the native one (BoringSSL), which is the faster one, where
 * its library can be loaded, else the JDK's. With {@code -Dio.netty.handler.ssl.noOpenSsl=true} it
 * is the JDK's everywhere. Both take the same files, and trust by the same rules, which are the
 * JDK's.
 */
final class Implementation {
  private static final Logger LOG = LoggerFactory.getLogger(Implementation.class);

  private Implementation() {}

  /** Safe for any number of threads. */
  static SslProvider chosen() {
    return Chosen.PROVIDER;
  }

  /** Loads the library when it is needed first, and once. */
  private static final class Chosen {
    static final SslProvider PROVIDER = choose();

    private static SslProvider choose() {
      if (OpenSsl.isAvailable()) {
        LOG.debug("TLS is {}", OpenSsl.versionString());
        return SslProvider.OPENSSL;
      }
      LOG.debug("TLS is the JDK's: {}", OpenSsl.unavailabilityCause().toString());
      return SslProvider.JDK;
    }
  }
}
