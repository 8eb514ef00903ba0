package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.VolumeId;
import io.dinofs.store.disk.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A file of the journal: groups of commits, one after the other, each from a block's start.
 *
 * <p>The file is written full of zeros when it is made, and has its size for ever, so that
 * fdatasync(2) has no metadata to write. It is used again and again; each use has a greater
 * generation than all before. A group's checksum covers the generation, so that what is left of an
 * older use is never taken for a group of this one.
 *
 * <p>A group has its blocks for itself: whatever becomes of a write that is cut off by a power
 * failure, it is not one to a block with commits that were answered.
 *
 * <p>A group, big endian: magic (4), length of the commits (4), generation (8), volume (16),
 * checksum CRC32C of all but magic and itself (4), count of commits (4), commits. A group is one
 * write and one sync: the next is written only when it is durable. So a group that is not whole is
 * the end of the journal, unless there is a whole one after it.
 *
 * <p>Used by one thread at a time.
 */
final class JournalSegment implements AutoCloseable {
  static final int HEADER_BYTES = 40;
  private static final int MAGIC = 0x44694a31;
  private static final int CHECKSUM_OFFSET = 32;
  private static final int ZEROS_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long bytes;
  private long generation;
  private long leftoverGeneration;
  private long position;
  private CommitNumber last = CommitNumber.NONE;

  private JournalSegment(Path file, FileChannel channel, long bytes) {
    this.file = file;
    this.channel = channel;
    this.bytes = bytes;
  }

  /** Makes a file of {@code bytes} zeros; durable, but for its name in the directory. */
  static JournalSegment create(Path file, long bytes) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean done = false;
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(bytes, ZEROS_BYTES));
      for (long at = 0; at < bytes; at += zeros.capacity()) {
        writeFully(channel, zeros.clear(), at);
      }
      channel.force(true);
      done = true;
      return new JournalSegment(file, channel, bytes);
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  static JournalSegment open(Path file) throws IOException {
    FileChannel channel = BlockFile.open(file);
    JournalSegment segment = new JournalSegment(file, channel, channel.size());
    ByteBuffer block = BlockFile.buffer(BlockFile.BLOCK_BYTES);
    if (channel.read(block, 0) >= HEADER_BYTES && block.getInt(0) == MAGIC) {
      segment.generation = block.getLong(8);
    }
    return segment;
  }

  /** Begins a new use; what was in it is forgotten. */
  void reuse(long newGeneration) {
    generation = newGeneration;
    position = 0;
    last = CommitNumber.NONE;
  }

  Path file() {
    return file;
  }

  /** 0 before the first use; before {@link #replay}, what the file claims. */
  long generation() {
    return generation;
  }

  /** The newest generation of what {@link #replay} found behind the end. */
  long leftoverGeneration() {
    return leftoverGeneration;
  }

  /** The newest commit in it. */
  CommitNumber last() {
    return last;
  }

  boolean isHalfFull() {
    return position > bytes / 2;
  }

  boolean hasRoom(int groupBytes) {
    return position + groupBytes <= bytes;
  }

  /**
   * Writes a group and makes it durable.
   *
   * @param group from its header on, which this fills in; a {@link BlockFile#buffer} of whole
   *     blocks
   * @param commitBytes the length of the commits behind the header
   */
  void append(ByteBuffer group, int commitBytes, int commits, VolumeId volume, CommitNumber newest)
      throws IOException {
    int start = group.position();
    group.putInt(start, MAGIC).putInt(start + 4, commitBytes).putLong(start + 8, generation);
    group.putLong(start + 16, volume.value().getMostSignificantBits());
    group.putLong(start + 24, volume.value().getLeastSignificantBits());
    group.putInt(start + 36, commits);
    group.putInt(start + CHECKSUM_OFFSET, checksum(group, start, commitBytes));
    int groupBytes = group.remaining();
    writeFully(channel, group, position);
    channel.force(false);
    position += groupBytes;
    last = newest;
  }

  /**
   * Reads what the latest use of the file has, and sets this to go on behind it.
   *
   * @return its commits, oldest first; empty if it was never used
   * @throws CorruptRecordException if there is a whole group behind a broken one
   */
  List<JournaledCommit> replay(VolumeId volume) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
    List<JournaledCommit> commits = new ArrayList<>();
    int at = 0;
    generation = 0;
    if (isWhole(content, 0)) {
      generation = content.getLong(8);
      while (isWhole(content, at) && content.getLong(at + 8) == generation) {
        requireVolume(content, at, volume);
        readGroup(content, at, commits);
        at += BlockFile.blocks(HEADER_BYTES + content.getInt(at + 4));
      }
    }
    position = at;
    last = commits.isEmpty() ? CommitNumber.NONE : commits.get(commits.size() - 1).number();
    leftoverGeneration = newestGeneration(content, at);
    if (generation > 0 && leftoverGeneration >= generation) {
      throw damaged();
    }
    return commits;
  }

  /** What is said if there must have been a whole group where this ends. */
  CorruptRecordException damaged() {
    return new CorruptRecordException(
        "%s is damaged at byte %d: there are commits behind it".formatted(file, position));
  }

  private void readGroup(ByteBuffer content, int at, List<JournaledCommit> commits)
      throws CorruptRecordException {
    ByteBuffer group = content.slice(at + HEADER_BYTES, content.getInt(at + 4));
    int count = content.getInt(at + 36);
    for (int i = 0; i < count; i++) {
      commits.add(JournalCodec.read(group));
    }
    if (group.hasRemaining()) {
      throw new CorruptRecordException(file + ": a group at " + at + " has bytes too many");
    }
  }

  private void requireVolume(ByteBuffer content, int at, VolumeId volume)
      throws CorruptRecordException {
    if (content.getLong(at + 16) != volume.value().getMostSignificantBits()
        || content.getLong(at + 24) != volume.value().getLeastSignificantBits()) {
      throw new CorruptRecordException(file + " belongs to another volume than " + volume);
    }
  }

  /**
   * The newest generation of the whole groups from {@code end} on; 0 if there are none. As new as
   * the groups before, or as the newest of all segments, it proves that the broken group at {@code
   * end} was durable once.
   */
  private static long newestGeneration(ByteBuffer content, int end) {
    long newest = 0;
    for (int at = end; at + HEADER_BYTES <= content.limit(); at += BlockFile.BLOCK_BYTES) {
      if (content.getInt(at) == MAGIC && content.getLong(at + 8) > newest && isWhole(content, at)) {
        newest = content.getLong(at + 8);
      }
    }
    return newest;
  }

  private static boolean isWhole(ByteBuffer content, int at) {
    if (content.limit() - at < HEADER_BYTES || content.getInt(at) != MAGIC) {
      return false;
    }
    int commitBytes = content.getInt(at + 4);
    return commitBytes >= 0
        && commitBytes <= content.limit() - at - HEADER_BYTES
        && checksum(content, at, commitBytes) == content.getInt(at + CHECKSUM_OFFSET);
  }

  private static int checksum(ByteBuffer content, int start, int commitBytes) {
    CRC32C crc = new CRC32C();
    crc.update(content.slice(start + 4, CHECKSUM_OFFSET - 4));
    crc.update(content.slice(start + CHECKSUM_OFFSET + 4, commitBytes + 4));
    return (int) crc.getValue();
  }

  private static void writeFully(FileChannel channel, ByteBuffer from, long position)
      throws IOException {
    long at = position;
    while (from.hasRemaining()) {
      at += channel.write(from, at);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
