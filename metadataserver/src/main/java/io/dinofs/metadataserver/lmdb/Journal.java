package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.store.disk.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The commits since the last checkpoint, and as many before as the segments still hold.
 *
 * <p>Used by one thread at a time: the one that has the commit lock.
 */
final class Journal implements AutoCloseable {
  /**
   * With fewer, none is used again: they remember which commits there were before the checkpoint.
   */
  private static final int SEGMENTS = 4;

  private static final int FIRST_BUFFER_BYTES = 64 * 1024;
  private static final byte[] ZEROS = new byte[BlockFile.BLOCK_BYTES];

  private final Path directory;
  private final VolumeId volume;
  private final SegmentFiles files;

  /** Oldest use first. */
  private final List<JournalSegment> segments;

  private ByteBuffer buffer = BlockFile.buffer(FIRST_BUFFER_BYTES);
  private boolean broken;

  private Journal(
      Path directory, VolumeId volume, SegmentFiles files, List<JournalSegment> segments) {
    this.directory = directory;
    this.volume = volume;
    this.files = files;
    this.segments = segments;
  }

  /** Is told of every commit in the journal, in order. */
  @FunctionalInterface
  interface Replay {
    void commit(JournaledCommit commit) throws DinofsException;
  }

  /**
   * Opens the journal of a directory, which may have none yet.
   *
   * @param checkpoint commits up to this may be missing
   * @throws DinofsException CORRUPT if commits after the checkpoint are missing or damaged, IO,
   *     NO_SPACE
   */
  static Journal open(
      Path directory, VolumeId volume, long segmentBytes, CommitNumber checkpoint, Replay replay)
      throws DinofsException, IOException {
    SegmentFiles files = new SegmentFiles(directory, segmentBytes);
    Journal journal = new Journal(directory, volume, files, files.openAll());
    boolean done = false;
    try {
      journal.replay(replay, checkpoint);
      if (journal.segments.isEmpty()) {
        journal.segments.add(files.take());
      }
      done = true;
      return journal;
    } finally {
      if (!done) {
        journal.close();
      }
    }
  }

  private void replay(Replay replay, CommitNumber checkpoint) throws DinofsException, IOException {
    List<JournalSegment> byClaim = new ArrayList<>(segments);
    byClaim.sort(Comparator.comparingLong(JournalSegment::generation));
    CommitNumber previous = CommitNumber.NONE;
    for (JournalSegment segment : byClaim) {
      for (JournaledCommit commit : segment.replay(volume)) {
        requireNext(commit.number(), previous, checkpoint, segment);
        replay.commit(commit);
        previous = commit.number();
      }
    }
    segments.sort(Comparator.comparingLong(JournalSegment::generation));
    long newest = segments.isEmpty() ? 0 : segments.get(segments.size() - 1).generation();
    for (JournalSegment segment : segments) {
      if (segment.leftoverGeneration() > newest) {
        throw segment.damaged();
      }
    }
  }

  /** The oldest commit may be one that LMDB has already; all others follow each other. */
  private static void requireNext(
      CommitNumber number, CommitNumber previous, CommitNumber checkpoint, JournalSegment segment)
      throws CorruptRecordException {
    boolean first = previous.equals(CommitNumber.NONE);
    if (first ? number.isAfter(checkpoint.next()) : !number.equals(previous.next())) {
      throw new CorruptRecordException(
          "%s: commit %s follows %s"
              .formatted(segment.file(), number, first ? checkpoint : previous));
    }
  }

  /**
   * Makes commits durable, together.
   *
   * @param checkpoint commits up to this are needed no longer
   * @throws DinofsException NO_SPACE, BUSY if there is no segment that may be used again, and then
   *     the next call may succeed; IO, and then none will, since it is not known what of the group
   *     is on the disk
   */
  void append(List<JournaledCommit> commits, CommitNumber checkpoint) throws DinofsException {
    if (broken) {
      throw new DinofsException(
          ErrorKind.IO,
          "the journal in " + directory + " could not be written; restart the server");
    }
    int commitBytes = encode(commits);
    JournalSegment current = segmentFor(buffer.remaining(), checkpoint);
    boolean done = false;
    try {
      current.append(
          buffer, commitBytes, commits.size(), volume, commits.get(commits.size() - 1).number());
      done = true;
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot write " + current.file() + ": " + e.getMessage(), e);
    } finally {
      broken = !done;
    }
  }

  /** Whether a segment has to be made soon. */
  boolean wantsSpare() {
    JournalSegment current = segments.get(segments.size() - 1);
    return segments.size() < SEGMENTS && segments.get(0).generation() > 0 && current.isHalfFull();
  }

  /** Makes a segment in advance. May be called by any thread, beside the others. */
  void prepareSpare() throws IOException {
    files.prepare();
  }

  /** Whether so much is needed still that it is time for a checkpoint. */
  boolean isFilling(CommitNumber checkpoint) {
    int eldest = segments.size() - 1 - SEGMENTS / 2;
    return eldest >= 0 && segments.get(eldest).last().isAfter(checkpoint);
  }

  /**
   * Leaves a whole group in the buffer, but for its header, and returns the length of its commits.
   */
  private int encode(List<JournaledCommit> commits) {
    long most = JournalSegment.HEADER_BYTES + BlockFile.BLOCK_BYTES;
    for (JournaledCommit commit : commits) {
      most += JournalCodec.bytes(commit);
    }
    if (most > buffer.capacity()) {
      buffer = BlockFile.buffer(Math.toIntExact(most));
    }
    buffer.clear().position(JournalSegment.HEADER_BYTES);
    commits.forEach(commit -> JournalCodec.write(commit, buffer));
    int end = buffer.position();
    buffer.put(ZEROS, 0, BlockFile.blocks(end) - end).flip();
    return end - JournalSegment.HEADER_BYTES;
  }

  private JournalSegment segmentFor(int groupBytes, CommitNumber checkpoint)
      throws DinofsException {
    JournalSegment current = segments.get(segments.size() - 1);
    if (current.generation() == 0) {
      current.reuse(1);
    }
    if (current.hasRoom(groupBytes)) {
      return current;
    }
    long generation = current.generation() + 1;
    JournalSegment oldest = segments.get(0);
    boolean few = segments.size() < SEGMENTS && oldest.generation() > 0;
    if (few || oldest.last().isAfter(checkpoint)) {
      oldest = createSegment();
    } else {
      segments.remove(oldest);
    }
    oldest.reuse(generation);
    segments.add(oldest);
    return oldest;
  }

  private JournalSegment createSegment() throws DinofsException {
    if (segments.size() >= 2 * SEGMENTS) {
      throw new DinofsException(
          ErrorKind.BUSY, "the journal in " + directory + " is full until the checkpoint is done");
    }
    try {
      return files.take();
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.NO_SPACE, "cannot make a journal segment: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
    for (JournalSegment segment : segments) {
      segment.close();
    }
  }
}
