package io.dinofs.vfs.content;

import io.dinofs.model.Manifest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Tells sequential reads of a file from others, and how many chunks ahead of them to fetch: none
 * before a second read goes on where the first one ended, then twice as many with each chunk, up to
 * {@value #MAX_CHUNKS}. A few readers of one file are told apart. Safe for any number of threads.
 */
final class ReadAhead {
  static final int MAX_CHUNKS = 8;

  private static final int MAX_STREAMS = 4;

  /**
   * So far the requests of one reader may overtake each other: the kernel sends several at once.
   */
  private static final long REORDER_BYTES = 1L << 20;

  /** A reader that goes forward; guarded by the lock of the streams. */
  private static final class Stream {
    /** Where it goes on. */
    private long nextByte;

    /** Chunks to be ahead; 0 until it is known to be sequential. */
    private int window;

    private long chunk;

    /** One behind the last chunk that was asked for. */
    private long aheadUntil;

    Stream(long end) {
      nextByte = end;
      chunk = end / Manifest.CHUNK_BYTES;
      aheadUntil = chunk + 1;
    }

    boolean goesOnAt(long offset) {
      return window == 0 ? offset == nextByte : Math.abs(offset - nextByte) <= REORDER_BYTES;
    }

    Chunks advance(long end) {
      nextByte = Math.max(nextByte, end);
      long at = nextByte / Manifest.CHUNK_BYTES;
      if (window == 0) {
        window = 1;
      } else if (at > chunk) {
        window = Math.min(MAX_CHUNKS, 2 * window);
      }
      chunk = at;
      long from = Math.max(aheadUntil, chunk + 1);
      aheadUntil = Math.max(aheadUntil, chunk + 1 + window);
      return new Chunks(from, aheadUntil);
    }
  }

  /** Chunks from {@code from} to {@code to}, the end exclusive. */
  record Chunks(long from, long to) {
    static final Chunks NONE = new Chunks(0, 0);
  }

  /** The one that was used last comes first. Guarded by this. */
  private final Deque<Stream> streams = new ArrayDeque<>();

  /** A read begins; what should be fetched ahead of those that will follow it. */
  synchronized Chunks read(long offset, int length) {
    for (Iterator<Stream> each = streams.iterator(); each.hasNext(); ) {
      Stream stream = each.next();
      if (stream.goesOnAt(offset)) {
        each.remove();
        streams.addFirst(stream);
        return stream.advance(offset + length);
      }
    }
    if (streams.size() == MAX_STREAMS) {
      streams.removeLast();
    }
    streams.addFirst(new Stream(offset + length));
    return Chunks.NONE;
  }
}
