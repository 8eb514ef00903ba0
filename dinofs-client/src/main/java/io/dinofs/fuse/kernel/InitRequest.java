package io.dinofs.fuse.kernel;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first request, FUSE_INIT, by which kernel and dinofs agree on a version and abilities. Safe
 * for any number of threads.
 */
final class InitRequest {
  private static final Logger log = LoggerFactory.getLogger(InitRequest.class);

  static final int ANSWER_BYTES = 64;

  /** A request has this much if the kernel knows more than 32 flags. */
  private static final int LONG_REQUEST_BYTES = 64;

  private static final int SHORT_REQUEST_BYTES = 16;

  /** Requests for which no program waits, reading ahead above all, that may be under way. */
  private static final int MAX_BACKGROUND = 64;

  /** From so many on the kernel takes its own device for congested. */
  private static final int CONGESTION_THRESHOLD = 48;

  private static final int PAGE_BYTES = 4096;

  /** Backing files are on a file system that stands on no other one. */
  private static final int MAX_STACK_DEPTH = 1;

  /** Times are kept to the nanosecond. */
  private static final int TIME_GRANULARITY_NANOS = 1;

  private final long wanted;

  /** Done when the answer is filled, or with the reason why there is none. */
  private final CompletableFuture<Protocol> agreed = new CompletableFuture<>();

  /**
   * @param invalidatesPages whether the kernel is told of pages that are not true any more
   * @param locks whether locks hold on all nodes, and not only where the kernel keeps them
   * @param passthrough whether the kernel may read files by itself
   * @param kernelChecks whether the kernel checks permissions: it does so with the first of these
   *     flags, and without reads directories alone, for whoever may not look at what is in them
   */
  InitRequest(boolean invalidatesPages, boolean locks, boolean passthrough, boolean kernelChecks) {
    wanted =
        Protocol.ASYNC_READ
            | Protocol.ATOMIC_O_TRUNC
            | Protocol.EXPORT_SUPPORT
            | Protocol.BIG_WRITES
            | Protocol.DONT_MASK
            | Protocol.ASYNC_DIO
            | Protocol.PARALLEL_DIROPS
            | Protocol.ABORT_ERROR
            | Protocol.MAX_PAGES
            | Protocol.CACHE_SYMLINKS
            | Protocol.HANDLE_KILLPRIV_V2
            | Protocol.SETXATTR_EXT
            | Protocol.INIT_EXT
            | Protocol.DIRECT_IO_ALLOW_MMAP
            | (kernelChecks
                ? Protocol.POSIX_ACL | Protocol.DO_READDIRPLUS | Protocol.READDIRPLUS_AUTO
                : 0)
            | (passthrough ? Protocol.PASSTHROUGH : 0)
            | (locks ? Protocol.POSIX_LOCKS | Protocol.FLOCK_LOCKS : 0)
            | (invalidatesPages ? Protocol.EXPLICIT_INVAL_DATA : Protocol.AUTO_INVAL_DATA);
  }

  void install(RequestTable table) {
    table.handle(Opcode.INIT, this::negotiate);
  }

  /**
   * What was agreed on; to be called when requests are served that come after the first one.
   *
   * @throws DinofsException PROTOCOL if there is no agreement yet
   */
  Protocol protocol() throws DinofsException {
    Protocol protocol = agreed.getNow(null);
    if (protocol == null) {
      throw new DinofsException(ErrorKind.PROTOCOL, "a request before FUSE_INIT");
    }
    return protocol;
  }

  /**
   * Whether the kernel can map a file that passes its pages by, from Linux 6.6 on; false as long as
   * there is no agreement.
   */
  boolean mapsDirectFiles() {
    Protocol protocol = agreed.getNow(null);
    return protocol != null && protocol.has(Protocol.DIRECT_IO_ALLOW_MMAP);
  }

  /**
   * Waits until there is an agreement.
   *
   * @throws DinofsException NOT_SUPPORTED if the kernel is too old; IO if it does not ask in time
   */
  Protocol await(Duration limit) throws DinofsException, InterruptedException {
    try {
      return agreed.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new DinofsException(ErrorKind.IO, "the kernel does not use the mount", e);
    } catch (ExecutionException e) {
      throw new DinofsException(ErrorKind.NOT_SUPPORTED, e.getCause().getMessage(), e);
    }
  }

  private void negotiate(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    int major = request.getInt(0);
    int minor = request.getInt(4);
    if (major > Protocol.MAJOR) {
      answerVersionOnly(exchange.body()); // the kernel asks again, with that version
      return;
    }
    if (major < Protocol.MAJOR || minor < Protocol.OLDEST_MINOR) {
      DinofsException tooOld =
          new DinofsException(
              ErrorKind.PROTOCOL,
              "this kernel speaks FUSE %d.%d, and dinofs needs 7.%d: Linux 5.4"
                  .formatted(major, minor, Protocol.OLDEST_MINOR));
      agreed.completeExceptionally(tooOld);
      throw tooOld;
    }
    int agreedMinor = Math.min(minor, Protocol.newestMinor());
    long offered = offered(request) & Protocol.flagsOf(agreedMinor);
    Protocol protocol = new Protocol(agreedMinor, offered & wanted);
    log.debug("FUSE 7.{}, flags {} of {}", minor, hex(protocol.flags()), hex(offered));
    answer(exchange.body(), protocol, request.getInt(8));
    agreed.complete(protocol);
  }

  private static String hex(long flags) {
    return Long.toHexString(flags);
  }

  private static long offered(Request request) throws DinofsException {
    long flags = Integer.toUnsignedLong(request.getInt(12));
    if ((flags & Protocol.INIT_EXT) != 0) {
      request.extend(LONG_REQUEST_BYTES - SHORT_REQUEST_BYTES);
      flags |= (long) request.getInt(16) << Integer.SIZE;
    }
    return flags;
  }

  /** {@code struct fuse_init_out}. */
  private static void answer(ByteBuffer out, Protocol protocol, int maxReadahead) {
    int end = out.position() + ANSWER_BYTES;
    out.putInt(Protocol.MAJOR).putInt(protocol.minor()).putInt(maxReadahead);
    out.putInt((int) protocol.flags());
    out.putShort((short) MAX_BACKGROUND).putShort((short) CONGESTION_THRESHOLD);
    out.putInt(Connection.MAX_REQUEST_BYTES).putInt(TIME_GRANULARITY_NANOS);
    out.putShort((short) (Connection.MAX_REQUEST_BYTES / PAGE_BYTES)).putShort((short) 0);
    out.putInt((int) (protocol.flags() >>> Integer.SIZE));
    out.putInt(protocol.has(Protocol.PASSTHROUGH) ? MAX_STACK_DEPTH : 0);
    while (out.position() < end) {
      out.putInt(0);
    }
  }

  private static void answerVersionOnly(ByteBuffer out) {
    int end = out.position() + ANSWER_BYTES;
    out.putInt(Protocol.MAJOR).putInt(Protocol.NEWEST_MINOR);
    while (out.position() < end) {
      out.putInt(0);
    }
  }
}
