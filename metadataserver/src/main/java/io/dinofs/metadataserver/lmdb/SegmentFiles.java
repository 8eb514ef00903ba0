package io.dinofs.metadataserver.lmdb;

import io.dinofs.store.disk.Syncs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files of the journal's directory. One may be made in advance, so that no commit has to wait
 * until a whole segment is written full of zeros. Safe for several threads.
 */
final class SegmentFiles implements AutoCloseable {
  private final Path directory;
  private final long segmentBytes;

  /** Held while a file is made, so that who needs one waits for the one that is being made. */
  private final ReentrantLock making = new ReentrantLock();

  private JournalSegment spare; // guarded by making; null if there is none
  private boolean closed; // guarded by making

  SegmentFiles(Path directory, long segmentBytes) {
    this.directory = directory;
    this.segmentBytes = segmentBytes;
  }

  /** All segments that exist, in any order. */
  List<JournalSegment> openAll() throws IOException {
    Files.createDirectories(directory);
    List<JournalSegment> segments = new ArrayList<>();
    boolean done = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "segment-*")) {
      for (Path file : files) {
        segments.add(JournalSegment.open(file));
      }
      done = true;
      return segments;
    } finally {
      if (!done) {
        for (JournalSegment segment : segments) {
          segment.close();
        }
      }
    }
  }

  /** A segment that was never used. */
  JournalSegment take() throws IOException {
    making.lock();
    try {
      JournalSegment taken = spare == null ? make() : spare;
      spare = null;
      return taken;
    } finally {
      making.unlock();
    }
  }

  /** Sees to it that {@link #take} has one at once. */
  void prepare() throws IOException {
    making.lock();
    try {
      if (spare == null && !closed) {
        spare = make();
      }
    } finally {
      making.unlock();
    }
  }

  private JournalSegment make() throws IOException {
    int number = 0;
    while (Files.exists(directory.resolve(name(number)))) {
      number++;
    }
    Path temporary = directory.resolve("making.tmp");
    Files.deleteIfExists(temporary);
    JournalSegment.create(temporary, segmentBytes).close();
    Path made = directory.resolve(name(number));
    Files.move(temporary, made);
    Syncs.force(directory);
    return JournalSegment.open(made);
  }

  private static String name(int number) {
    return "segment-%04d".formatted(number);
  }

  @Override
  public void close() throws IOException {
    making.lock();
    try {
      closed = true;
      if (spare != null) {
        spare.close();
        spare = null;
      }
    } finally {
      making.unlock();
    }
  }
}
