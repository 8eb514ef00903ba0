package io.dinofs.config;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.net.InetSocketAddress;

/**
 * An address as users write it: {@code HOST:PORT}, an IPv6 address in brackets.
 *
 * @param port 0 for any free one
 */
public record HostAndPort(String host, int port) {
  private static final int MAX_PORT = 65535;

  /**
   * @throws IllegalArgumentException if it is no address; the message is for people
   */
  public static HostAndPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    int port = colon < 0 ? -1 : portOf(text.substring(colon + 1));
    if (host.isEmpty() || port < 0 || (!bracketed && host.contains(":"))) {
      throw new IllegalArgumentException("not an address of the form HOST:PORT: " + text);
    }
    return new HostAndPort(host, port);
  }

  /** The address in numbers, of a resolved one. */
  public static HostAndPort of(InetSocketAddress address) {
    return new HostAndPort(address.getAddress().getHostAddress(), address.getPort());
  }

  private static int portOf(String text) {
    try {
      int port = Integer.parseInt(text);
      return port >= 0 && port <= MAX_PORT ? port : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /**
   * Asks the name service.
   *
   * @throws DinofsException INVALID if it does not know the host
   */
  public InetSocketAddress resolve() throws DinofsException {
    InetSocketAddress resolved = new InetSocketAddress(host, port);
    if (resolved.isUnresolved()) {
      throw new DinofsException(ErrorKind.INVALID, "unknown host: " + host);
    }
    return resolved;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
