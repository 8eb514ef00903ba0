package io.dinofs.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who has failed to prove a token, and how long it has to wait. Of IPv6 the first 64 bits count,
 * since whoever has one address has all that begin so. Safe for any number of threads.
 */
final class FailedTries {
  private static final int MAX_ADDRESSES = 4096;
  private static final long FIRST_WAIT_NANOS = 250_000_000;
  private static final int MAX_DOUBLINGS = 7;
  private static final int PREFIX_BYTES = 8;

  private final LongSupplier nanoClock;

  /** The one that failed last is the last; guarded by this. */
  private final Map<InetAddress, Failures> failures = new LinkedHashMap<>(16, 0.75f, true);

  private record Failures(int count, long untilNanos) {}

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  FailedTries(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** How long nobody at that address is listened to; 0 or less if one is. */
  synchronized long waitNanos(InetAddress address) {
    Failures known = failures.get(block(address));
    return known == null ? 0 : known.untilNanos() - nanoClock.getAsLong();
  }

  /** Each wait is twice as long as the one before: a quarter of a second to half a minute. */
  synchronized void failed(InetAddress address) {
    InetAddress block = block(address);
    Failures known = failures.get(block);
    int before = known == null ? 0 : known.count();
    long wait = FIRST_WAIT_NANOS << Math.min(before, MAX_DOUBLINGS);
    failures.put(block, new Failures(before + 1, nanoClock.getAsLong() + wait));
    if (failures.size() > MAX_ADDRESSES) {
      failures.remove(failures.keySet().iterator().next());
    }
  }

  synchronized void succeeded(InetAddress address) {
    failures.remove(block(address));
  }

  private static InetAddress block(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, PREFIX_BYTES, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of the right length", e);
    }
  }
}
