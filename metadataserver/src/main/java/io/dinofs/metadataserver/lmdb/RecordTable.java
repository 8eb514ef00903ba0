package io.dinofs.metadataserver.lmdb;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.Env.MapFullException;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.EnvInfo;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Txn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records as of a checkpoint, in LMDB: key as {@link RecordKey#encode}, value: version (8
 * bytes, big endian) and the record's value.
 *
 * <p>LMDB maps its file to a fixed range of addresses, which can grow only while no transaction is
 * open (mdb_env_set_mapsize). So readers share {@link #mapLock} while they read, and whoever
 * enlarges the map has it alone, and ends the transactions that are kept open between two calls:
 * they are for scans, which may begin again, and the map grows seldom, by doubling. A removed
 * record's pages are used again by LMDB; the file never shrinks.
 */
final class RecordTable implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RecordTable.class);
  private static final int MAX_READERS = 1024;
  private static final int PAGE_BYTES = 4096;

  /**
   * Of a page that holds a record, how much is the record's in the worst case: pages are at least
   * half full.
   */
  private static final int ROOM_FACTOR = 4;

  private static final long ENGINE_FORMAT = 1;
  private static final String FORMAT = "format";
  private static final String VOLUME = "volume";
  private static final String CHECKPOINT = "checkpoint";
  private static final String INODES = "inodes";

  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> records;
  private final Dbi<ByteBuffer> meta;
  private final ReentrantReadWriteLock mapLock = new ReentrantReadWriteLock();

  private final KeptTransactions kept = new KeptTransactions();

  /** Guarded by mapLock. */
  private long mapBytes;

  /** Guarded by mapLock. */
  private boolean closed;

  private RecordTable(Env<ByteBuffer> env, long mapBytes) {
    this.env = env;
    this.mapBytes = mapBytes;
    this.records = env.openDbi("records", DbiFlags.MDB_CREATE);
    this.meta = env.openDbi("meta", DbiFlags.MDB_CREATE);
  }

  /** Where the table stands. */
  record State(VolumeId volume, CommitNumber checkpoint, long inodes) {}

  /** Opens or makes the table in {@code directory}. */
  static RecordTable open(Path directory, long leastMapBytes) throws DinofsException, IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("data.mdb");
    long existing = Files.exists(file) ? Files.size(file) : 0;
    long mapBytes = Math.max(leastMapBytes, roundUp(existing + existing / 2));
    try {
      Env<ByteBuffer> env =
          Env.create()
              .setMapSize(mapBytes)
              .setMaxDbs(2)
              .setMaxReaders(MAX_READERS)
              .open(directory.toFile(), EnvFlags.MDB_NOTLS, EnvFlags.MDB_NORDAHEAD);
      return new RecordTable(env, mapBytes);
    } catch (LmdbException e) {
      throw new DinofsException(ErrorKind.IO, "cannot open " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Where the table stands; empty if it is new.
   *
   * @throws DinofsException NOT_SUPPORTED for a table of another format, CORRUPT
   */
  Optional<State> state() throws DinofsException {
    try (Reading reading = read()) {
      ByteBuffer format = reading.meta(FORMAT);
      if (format == null) {
        return Optional.empty();
      }
      if (format.getLong() != ENGINE_FORMAT) {
        throw new DinofsException(
            ErrorKind.NOT_SUPPORTED, "the volume was written by another version of dinofs");
      }
      ByteBuffer volume = required(reading.meta(VOLUME));
      long most = volume.getLong();
      VolumeId id = new VolumeId(new UUID(most, volume.getLong()));
      CommitNumber checkpoint = new CommitNumber(required(reading.meta(CHECKPOINT)).getLong());
      return Optional.of(new State(id, checkpoint, required(reading.meta(INODES)).getLong()));
    }
  }

  private static ByteBuffer required(ByteBuffer value) throws CorruptRecordException {
    if (value == null) {
      throw new CorruptRecordException("the volume's description is incomplete");
    }
    return value;
  }

  /**
   * Begins to read as of now. Close it soon: pages are not used again, nor the map enlarged, as
   * long as it is open.
   *
   * @throws DinofsException CLOSED, IO
   */
  Reading read() throws DinofsException {
    mapLock.readLock().lock();
    boolean done = false;
    try {
      if (closed) {
        throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
      }
      Txn<ByteBuffer> txn = env.txnRead();
      Reading reading = new Reading(txn, txn::close);
      done = true;
      return reading;
    } catch (LmdbException e) {
      throw failure(e);
    } finally {
      if (!done) {
        mapLock.readLock().unlock();
      }
    }
  }

  /**
   * Begins to read as of now, for longer than one call; the caller reads through {@link #read(
   * KeptTransaction)}, and closes it. It ends by itself when the map has to be enlarged.
   *
   * @throws DinofsException CLOSED, IO
   */
  KeptTransaction keep() throws DinofsException {
    mapLock.readLock().lock();
    try {
      if (closed) {
        throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
      }
      return kept.add(env.txnRead());
    } catch (LmdbException e) {
      throw failure(e);
    } finally {
      mapLock.readLock().unlock();
    }
  }

  /**
   * Goes on to read as of the beginning of {@code transaction}.
   *
   * @throws DinofsException CLOSED, STALE if it has ended
   */
  Reading read(KeptTransaction transaction) throws DinofsException {
    mapLock.readLock().lock();
    boolean done = false;
    try {
      if (closed) {
        throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
      }
      Txn<ByteBuffer> txn =
          transaction
              .begin()
              .orElseThrow(
                  () ->
                      new DinofsException(
                          ErrorKind.STALE, "the state that was read from is not kept any longer"));
      Reading reading = new Reading(txn, transaction::pause);
      done = true;
      return reading;
    } finally {
      if (!done) {
        mapLock.readLock().unlock();
      }
    }
  }

  /** A read transaction; used by one thread. */
  final class Reading implements AutoCloseable {
    private final Txn<ByteBuffer> txn;
    private final Runnable end;
    private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(RecordKey.MAX_BYTES);

    private Reading(Txn<ByteBuffer> txn, Runnable end) {
      this.txn = txn;
      this.end = end;
    }

    private ByteBuffer meta(String name) {
      keyBuffer.clear();
      keyBuffer.put(name.getBytes(US_ASCII)).flip();
      return meta.get(txn, keyBuffer);
    }

    /** The record with {@code key}, whose encoded form is {@code encoded}. */
    VersionedRecord read(RecordKey key, Bytes encoded) throws DinofsException {
      try {
        encoded.writeTo(keyBuffer.clear());
        ByteBuffer value = records.get(txn, keyBuffer.flip());
        return value == null ? VersionedRecord.absent(key) : decode(key, value);
      } catch (LmdbException e) {
        throw failure(e);
      }
    }

    /**
     * The records whose keys start with {@code prefix}, from {@code from} on. To be closed before
     * this.
     */
    TableCursor scan(Bytes from, Bytes prefix) {
      return new TableCursor(records.openCursor(txn), from, prefix);
    }

    @Override
    public void close() {
      try {
        end.run();
      } finally {
        mapLock.readLock().unlock();
      }
    }
  }

  static VersionedRecord decode(RecordKey key, ByteBuffer value) throws CorruptRecordException {
    if (value.remaining() <= Long.BYTES - 1
        || value.remaining() > Long.BYTES + VersionedRecord.MAX_VALUE_BYTES) {
      throw new CorruptRecordException("record " + key + " has " + value.remaining() + " bytes");
    }
    ByteBuffer in = value.duplicate();
    long version = in.getLong();
    if (version <= 0) {
      throw new CorruptRecordException("record " + key + " has version " + version);
    }
    return VersionedRecord.present(key, new Version(version), Bytes.copyOf(in));
  }

  /**
   * Writes the state of records in one durable transaction. One call at a time.
   *
   * @param bytes about how large the records are together
   * @throws DinofsException NO_SPACE, IO, CLOSED: nothing was written
   */
  void write(Iterable<VersionedRecord> changed, long bytes, State state) throws DinofsException {
    ensureRoom(bytes * ROOM_FACTOR);
    while (!tryWrite(changed, state)) {
      enlarge(mapBytes() * 2);
    }
  }

  private boolean tryWrite(Iterable<VersionedRecord> changed, State state) throws DinofsException {
    mapLock.readLock().lock();
    try {
      if (closed) {
        throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
      }
      try (Txn<ByteBuffer> txn = env.txnWrite()) {
        new Writing(txn).write(changed, state);
        txn.commit();
        return true;
      }
    } catch (MapFullException e) {
      log.debug("the map of {} bytes is full", mapBytes);
      return false;
    } catch (LmdbException e) {
      throw failure(e);
    } finally {
      mapLock.readLock().unlock();
    }
  }

  private final class Writing {
    private final Txn<ByteBuffer> txn;
    private final ByteBuffer key = ByteBuffer.allocateDirect(RecordKey.MAX_BYTES);
    private final ByteBuffer value =
        ByteBuffer.allocateDirect(Long.BYTES + VersionedRecord.MAX_VALUE_BYTES);

    Writing(Txn<ByteBuffer> txn) {
      this.txn = txn;
    }

    void write(Iterable<VersionedRecord> changed, State state) {
      for (VersionedRecord record : changed) {
        record.key().encode().writeTo(key.clear());
        if (record.isPresent()) {
          value.clear().putLong(record.version().value());
          record.value().orElseThrow().writeTo(value);
          records.put(txn, key.flip(), value.flip());
        } else {
          records.delete(txn, key.flip());
        }
      }
      UUID volume = state.volume().value();
      put(FORMAT, ENGINE_FORMAT);
      put(VOLUME, volume.getMostSignificantBits(), volume.getLeastSignificantBits());
      put(CHECKPOINT, state.checkpoint().value());
      put(INODES, state.inodes());
    }

    private void put(String name, long... numbers) {
      key.clear();
      key.put(name.getBytes(US_ASCII)).flip();
      value.clear();
      for (long number : numbers) {
        value.putLong(number);
      }
      meta.put(txn, key, value.flip());
    }
  }

  private void ensureRoom(long bytes) throws DinofsException {
    EnvInfo info;
    mapLock.readLock().lock();
    try {
      if (closed) {
        throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
      }
      info = env.info();
    } finally {
      mapLock.readLock().unlock();
    }
    long needed = (info.lastPageNumber + 1) * PAGE_BYTES + bytes;
    if (needed > info.mapSize) {
      enlarge(Math.max(2 * info.mapSize, needed));
    }
  }

  private void enlarge(long toBytes) throws DinofsException {
    mapLock.writeLock().lock();
    try {
      if (closed) {
        throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
      }
      kept.endAll();
      mapBytes = roundUp(toBytes);
      env.setMapSize(mapBytes);
      log.debug("the map has {} bytes now", mapBytes);
    } catch (LmdbException e) {
      throw failure(e);
    } finally {
      mapLock.writeLock().unlock();
    }
  }

  /** How large the map is. */
  long mapBytes() {
    mapLock.readLock().lock();
    try {
      return mapBytes;
    } finally {
      mapLock.readLock().unlock();
    }
  }

  private static long roundUp(long bytes) {
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }

  private static DinofsException failure(LmdbException cause) {
    return new DinofsException(ErrorKind.IO, "LMDB: " + cause.getMessage(), cause);
  }

  /** Waits for those who read. */
  @Override
  public void close() {
    mapLock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        kept.endAll();
        env.close();
      }
    } finally {
      mapLock.writeLock().unlock();
    }
  }
}
