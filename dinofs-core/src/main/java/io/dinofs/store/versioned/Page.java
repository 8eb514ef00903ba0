package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.VersionedRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of the tree that keeps the records of a {@link VersionedStoreWrapper} in order: kind (1
 * byte), number of elements (4), the elements.
 */
sealed interface Page {
  int HEADER_BYTES = 1 + Integer.BYTES;

  /** The number of bytes that {@link #encode} makes. */
  int encodedBytes();

  /** Appends kind, number of elements, and the elements. */
  void writeTo(ByteBuffer out);

  default Bytes encode() {
    byte[] encoded = new byte[encodedBytes()];
    writeTo(ByteBuffer.wrap(encoded));
    return Bytes.wrap(encoded);
  }

  /**
   * Records in the order of their keys.
   *
   * @param records all present
   */
  record Leaf(List<VersionedRecord> records) implements Page {
    public Leaf {
      records = List.copyOf(records);
    }

    @Override
    public int encodedBytes() {
      return HEADER_BYTES + StoreEncoding.size(records);
    }

    @Override
    public void writeTo(ByteBuffer out) {
      out.put((byte) 'l').putInt(records.size());
      records.forEach(record -> StoreEncoding.put(out, record));
    }
  }

  /**
   * A page below an inner one.
   *
   * @param low no key of the page, and no key of pages after it, is less; of the first page, empty
   */
  record Child(Bytes low, long page) {
    int encodedBytes() {
      return StoreEncoding.size(low) + Long.BYTES;
    }
  }

  /**
   * Other pages in the order of their keys.
   *
   * @param children at least one; the first has an empty low
   */
  record Inner(List<Child> children) implements Page {
    public Inner {
      children = List.copyOf(children);
    }

    @Override
    public int encodedBytes() {
      return HEADER_BYTES + children.stream().mapToInt(Child::encodedBytes).sum();
    }

    @Override
    public void writeTo(ByteBuffer out) {
      out.put((byte) 'i').putInt(children.size());
      for (Child child : children) {
        StoreEncoding.put(out, child.low());
        out.putLong(child.page());
      }
    }

    /** The index of the child that has {@code key}, if any has. */
    int indexOf(Bytes key) {
      int index = children.size() - 1;
      while (index > 0 && children.get(index).low().compareTo(key) > 0) {
        index--;
      }
      return index;
    }
  }

  /**
   * A page that can be used again.
   *
   * @param next the next free page; 0 if there is none
   */
  record Free(long next) implements Page {
    @Override
    public int encodedBytes() {
      return HEADER_BYTES + Long.BYTES;
    }

    @Override
    public void writeTo(ByteBuffer out) {
      out.put((byte) 'f').putInt(1).putLong(next);
    }
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws CorruptRecordException if the bytes are not a page
   */
  static Page decode(Bytes encoded) throws CorruptRecordException {
    ByteBuffer in = encoded.asBuffer();
    try {
      byte kind = in.get();
      int elements = in.getInt();
      Page page =
          switch (kind) {
            case 'l' -> leaf(in, elements);
            case 'i' -> inner(in, elements);
            case 'f' -> new Free(in.getLong());
            default -> throw new CorruptRecordException("a page of unknown kind " + kind);
          };
      if (in.hasRemaining()) {
        throw new CorruptRecordException("a page with " + in.remaining() + " bytes too many");
      }
      return page;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptRecordException("not a page: " + e.getMessage());
    }
  }

  private static Leaf leaf(ByteBuffer in, int count) throws CorruptRecordException {
    List<VersionedRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(StoreEncoding.getRecord(in));
    }
    return new Leaf(records);
  }

  private static Inner inner(ByteBuffer in, int count) throws CorruptRecordException {
    List<Child> children = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      children.add(new Child(StoreEncoding.getBytes(in), in.getLong()));
    }
    if (children.isEmpty()) {
      throw new CorruptRecordException("an inner page without children");
    }
    return new Inner(children);
  }
}
