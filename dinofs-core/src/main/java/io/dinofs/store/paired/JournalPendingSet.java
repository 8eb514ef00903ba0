package io.dinofs.store.paired;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import io.dinofs.store.disk.DiskFailures;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A pending set in a file to which every change is appended as a line. A change is handed to the
 * kernel before the call returns, so that it survives the process being killed; it is not synced to
 * the device.
 *
 * <p>The file is written anew when most of its lines say nothing any more. A line that was torn is
 * passed over.
 */
public final class JournalPendingSet implements PendingSet {
  private static final String HEADER = "dinofs pending set 1\n";
  private static final int MIN_LINES_TO_COMPACT = 4096;

  private final Path file;

  /**
   * Orders the lines of the file. What is written under it are some hundred bytes into the page
   * cache, and now and then the whole file.
   */
  private final Object lock = new Object();

  /** In the order in which they came; guarded by lock. */
  private final Set<Key> keys = new LinkedHashSet<>();

  /** Not a channel, which an interrupted thread would close; guarded by lock. */
  private OutputStream out;

  /** Lines in the file; guarded by lock. */
  private long lines;

  /** Whether the file may end in a torn line; guarded by lock. */
  private boolean torn;

  /** Guarded by lock. */
  private boolean closed;

  private JournalPendingSet(Path file) {
    this.file = file;
  }

  /**
   * Reads the set in {@code file}; it is empty if there is no such file.
   *
   * @param file lies in a directory that this process holds for itself
   * @throws DinofsException NOT_SUPPORTED if the file has another format; NO_SPACE, IO
   */
  public static JournalPendingSet open(Path file) throws DinofsException {
    JournalPendingSet set = new JournalPendingSet(file);
    synchronized (set.lock) {
      if (Files.exists(file)) {
        set.keys.addAll(PendingFileReader.read(file, HEADER));
      }
      set.compact();
    }
    return set;
  }

  @Override
  public void add(Key key) throws DinofsException {
    synchronized (lock) {
      requireOpen();
      if (!keys.contains(key)) {
        append(new PendingLine(true, key));
        keys.add(key);
      }
    }
  }

  @Override
  public void remove(Key key) throws DinofsException {
    synchronized (lock) {
      requireOpen();
      if (keys.remove(key)) {
        append(new PendingLine(false, key));
        if (lines > MIN_LINES_TO_COMPACT && lines > 2L * keys.size()) {
          compact();
        }
      }
    }
  }

  @Override
  public boolean contains(Key key) {
    synchronized (lock) {
      return keys.contains(key);
    }
  }

  @Override
  public List<Key> keys() {
    synchronized (lock) {
      return List.copyOf(keys);
    }
  }

  @Override
  public int size() {
    synchronized (lock) {
      return keys.size();
    }
  }

  @Override
  public void close() throws DinofsException {
    synchronized (lock) {
      closed = true;
      try {
        out.close();
      } catch (IOException e) {
        throw DiskFailures.writing(file, 0, e);
      }
    }
  }

  // The methods below are called under the lock.

  private void append(PendingLine line) throws DinofsException {
    byte[] bytes = ((torn ? "\n" : "") + line.encode()).getBytes(StandardCharsets.ISO_8859_1);
    try {
      torn = true;
      out.write(bytes);
      torn = false;
      lines++;
    } catch (IOException e) {
      throw DiskFailures.writing(file, bytes.length, e);
    }
  }

  /** Writes a new file and lets it take the old one's place. */
  private void compact() throws DinofsException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      try (OutputStream stream = new BufferedOutputStream(new FileOutputStream(fresh.toFile()))) {
        stream.write(HEADER.getBytes(StandardCharsets.ISO_8859_1));
        for (Key key : keys) {
          stream.write(new PendingLine(true, key).encode().getBytes(StandardCharsets.ISO_8859_1));
        }
      }
      OutputStream next = new FileOutputStream(fresh.toFile(), true);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      if (out != null) {
        out.close();
      }
      out = next;
      lines = keys.size();
      torn = false;
    } catch (IOException e) {
      throw DiskFailures.writing(fresh, 0, e);
    }
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the pending set in " + file + " is closed");
    }
  }
}
