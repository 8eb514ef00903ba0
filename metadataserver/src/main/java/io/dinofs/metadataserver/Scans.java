package io.dinofs.metadataserver;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.ScannableStore;
import io.dinofs.store.VolumeScan;
import io.dinofs.wire.Message;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scans that clients have open, each for its connection. They are few, and none is kept when
 * nobody reads on: a scan costs the store memory and room on disk. Safe for any number of threads.
 */
final class Scans {
  private static final Logger log = LoggerFactory.getLogger(Scans.class);
  private static final int MAX_OPEN = 4;
  private static final long IDLE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long TOTAL_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(30);

  private final ScannableStore store;

  /** Guarded by this. */
  private final Map<Long, Open> open = new HashMap<>();

  /** Guarded by this. */
  private long lastId = Message.Scan.NEW_SCAN;

  private static final class Open {
    private final Connection connection;
    private final VolumeScan scan;
    private final long sinceNanos;
    private long usedNanos;

    Open(Connection connection, VolumeScan scan, long nowNanos) {
      this.connection = connection;
      this.scan = scan;
      this.sinceNanos = nowNanos;
      this.usedNanos = nowNanos;
    }
  }

  Scans(ScannableStore store) {
    this.store = store;
  }

  /**
   * Answers SCAN.
   *
   * @throws DinofsException BUSY if too many are open, STALE if the connection has no such scan,
   *     and what the store throws
   */
  synchronized Message.Scanned answer(Connection connection, Message.Scan request)
      throws DinofsException {
    long id = request.scan() == Message.Scan.NEW_SCAN ? begin(connection) : request.scan();
    Open scan = open.get(id);
    if (scan == null || scan.connection != connection) {
      throw new DinofsException(ErrorKind.STALE, "the scan was given up; it has to begin anew");
    }
    boolean goesOn = false;
    try {
      List<VersionedRecord> records = scan.scan.next();
      scan.usedNanos = System.nanoTime();
      goesOn = !records.isEmpty();
      return new Message.Scanned(request.tag(), id, scan.scan.at(), records);
    } finally {
      if (!goesOn) {
        end(connection, id);
      }
    }
  }

  private long begin(Connection connection) throws DinofsException {
    if (open.size() >= MAX_OPEN) {
      throw new DinofsException(
          ErrorKind.BUSY, "as many scans are under way as the server allows: " + MAX_OPEN);
    }
    VolumeScan scan = store.scan();
    lastId++;
    open.put(lastId, new Open(connection, scan, System.nanoTime()));
    log.info("{} reads the volume as of commit {}", connection, scan.at());
    return lastId;
  }

  /** The connection wants no more of a scan. */
  synchronized void end(Connection connection, long id) {
    Open scan = open.get(id);
    if (scan != null && scan.connection == connection) {
      open.remove(id);
      scan.scan.close();
    }
  }

  /** The connection is gone, and its scans with it. */
  synchronized void closed(Connection connection) {
    for (Iterator<Open> all = open.values().iterator(); all.hasNext(); ) {
      Open scan = all.next();
      if (scan.connection == connection) {
        all.remove();
        scan.scan.close();
      }
    }
  }

  /** Gives up what was not read from for a minute, or is open for half an hour. */
  synchronized void expire() {
    long now = System.nanoTime();
    for (Iterator<Open> all = open.values().iterator(); all.hasNext(); ) {
      Open scan = all.next();
      boolean idle = now - scan.usedNanos > IDLE_LIMIT_NANOS;
      if (idle || now - scan.sinceNanos > TOTAL_LIMIT_NANOS) {
        all.remove();
        scan.scan.close();
        log.warn(
            "the scan of {} is given up: it {}",
            scan.connection,
            idle ? "was not read from for a minute" : "took longer than half an hour");
      }
    }
  }

  synchronized int count() {
    return open.size();
  }

  /** Gives up all. */
  synchronized void close() {
    open.values().forEach(scan -> scan.scan.close());
    open.clear();
  }
}
