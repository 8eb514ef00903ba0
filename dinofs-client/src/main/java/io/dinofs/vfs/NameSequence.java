package io.dinofs.vfs;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Name;
import io.dinofs.store.BlobFileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names in ascending order, each at its place. The first {@link #HEAP_NAMES} and the last are on
 * the heap, what is between goes to a temporary file by blocks, of which the first name stays: a
 * million names of 20 bytes take about 1.5 MB of heap. Where the disk refuses the file, the names
 * stay on the heap.
 *
 * <p>Not safe for several threads.
 */
final class NameSequence implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameSequence.class);

  static final int BLOCK_NAMES = 1024;
  static final int HEAP_NAMES = 16 * BLOCK_NAMES;

  private final BlobFileStore temporaries;
  private final List<Block> blocks = new ArrayList<>();

  /** Those behind the blocks. */
  private List<Bytes> tail = new ArrayList<>();

  /** Null until a block goes to the file, and after {@link #clear}. The file has no name. */
  private FileChannel file;

  private long fileBytes;

  /** Whether the disk has refused a block. */
  private boolean refused;

  /** The block that was read from the file last; -1 for none. */
  private int readBlock = -1;

  private List<Bytes> readNames = List.of();

  NameSequence(BlobFileStore temporaries) {
    this.temporaries = temporaries;
  }

  /**
   * {@link #BLOCK_NAMES} names.
   *
   * @param names null if they are in the file
   * @param bytes how long they are there, from {@code position} on
   */
  private record Block(Bytes first, List<Bytes> names, long position, int bytes) {}

  int size() {
    return blocks.size() * BLOCK_NAMES + tail.size();
  }

  boolean isEmpty() {
    return tail.isEmpty();
  }

  /** Of a sequence that is not empty. */
  Bytes last() {
    return tail.get(tail.size() - 1);
  }

  /**
   * @param name behind the last
   */
  void add(Bytes name) {
    if (tail.size() == BLOCK_NAMES) {
      blocks.add(size() <= HEAP_NAMES ? onHeap() : inFile());
      tail = new ArrayList<>();
    }
    tail.add(name);
  }

  /**
   * @param place from 0, less than the size
   * @throws DinofsException IO
   */
  Bytes get(int place) throws DinofsException {
    return names(place / BLOCK_NAMES).get(place % BLOCK_NAMES);
  }

  /**
   * The name's place, or -1.
   *
   * @throws DinofsException IO
   */
  int placeOf(Bytes name) throws DinofsException {
    int block = blockOf(name);
    int inBlock = Collections.binarySearch(names(block), name);
    return inBlock < 0 ? -1 : block * BLOCK_NAMES + inBlock;
  }

  /** The last block that does not begin behind the name. */
  private int blockOf(Bytes name) {
    int low = 0;
    int high = blocks.size();
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      Bytes first = middle == blocks.size() ? tail.get(0) : blocks.get(middle).first();
      if (first.compareTo(name) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** How many names are on the heap. */
  int onHeapNames() {
    int names = tail.size() + readNames.size();
    for (Block block : blocks) {
      names += block.names() == null ? 1 : block.names().size();
    }
    return names;
  }

  void clear() {
    blocks.clear();
    tail = new ArrayList<>();
    readBlock = -1;
    readNames = List.of();
    close();
  }

  /** Gives the file back. */
  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.debug("nothing of it is needed any more", e);
      }
      file = null;
      fileBytes = 0;
    }
  }

  private Block onHeap() {
    return new Block(tail.get(0), tail, 0, 0);
  }

  /** The tail as a block of the file, or of the heap if it can't be written. */
  private Block inFile() {
    ByteBuffer encoded = ByteBuffer.allocate(BLOCK_NAMES * (1 + Name.MAX_BYTES));
    for (Bytes name : tail) {
      encoded.put((byte) name.length());
      name.writeTo(encoded);
    }
    encoded.flip();
    Block block = new Block(tail.get(0), null, fileBytes, encoded.remaining());
    try {
      if (file == null) {
        file = openFile();
      }
      while (encoded.hasRemaining()) {
        file.write(encoded, block.position() + encoded.position());
      }
    } catch (IOException e) {
      if (!refused) {
        LOG.warn("names of a large directory stay in memory: {}", e.getMessage());
        refused = true;
      }
      return onHeap();
    }
    fileBytes += block.bytes();
    return block;
  }

  private FileChannel openFile() throws IOException {
    Path path = temporaries.newTemporaryFile();
    FileChannel opened = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Files.delete(path);
    return opened;
  }

  private List<Bytes> names(int block) throws DinofsException {
    if (block == blocks.size()) {
      return tail;
    }
    Block wanted = blocks.get(block);
    if (wanted.names() != null) {
      return wanted.names();
    }
    if (block != readBlock) {
      readNames = decode(wanted);
      readBlock = block;
    }
    return readNames;
  }

  private List<Bytes> decode(Block block) throws DinofsException {
    ByteBuffer encoded = ByteBuffer.allocate(block.bytes());
    try {
      while (encoded.hasRemaining()) {
        if (file.read(encoded, block.position() + encoded.position()) < 0) {
          throw new IOException("the file ends early");
        }
      }
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot read the names of a large directory: " + e.getMessage(), e);
    }
    encoded.flip();
    List<Bytes> names = new ArrayList<>(BLOCK_NAMES);
    while (encoded.hasRemaining()) {
      byte[] name = new byte[Byte.toUnsignedInt(encoded.get())];
      encoded.get(name);
      names.add(Bytes.wrap(name));
    }
    return names;
  }
}
