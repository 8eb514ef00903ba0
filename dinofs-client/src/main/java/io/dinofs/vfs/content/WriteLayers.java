package io.dinofs.vfs.content;

import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was written to a file and is not committed: at most two layers over the committed contents,
 * one that takes writes, and below it one that is frozen while it is being committed. Not safe for
 * several threads at once.
 */
final class WriteLayers {
  /** See {@link #isFull}: it bounds the memory of a file. */
  private static final int MAX_RANGES = 65_536;

  private final ContentStorage storage;
  private final ContentReader reader;

  /** Takes writes; null if nothing was written. */
  private WriteLayer active;

  /** Is being committed; null if there is no commit under way, or one of nothing written. */
  private WriteLayer frozen;

  /** When it was written last, unless the times were set since. */
  private Optional<Instant> lastWrite = Optional.empty();

  /** {@link #lastWrite} of the layer that is being committed. */
  private Optional<Instant> frozenWrite = Optional.empty();

  private long writes;
  private boolean appendsMoved;

  WriteLayers(ContentStorage storage, ContentReader reader) {
    this.storage = storage;
    this.reader = reader;
  }

  boolean isEmpty() {
    return active == null && frozen == null;
  }

  /** The layers, the upper one first. */
  List<WriteLayer> downwards() {
    if (active == null) {
      return frozen == null ? List.of() : List.of(frozen);
    }
    return frozen == null ? List.of(active) : List.of(active, frozen);
  }

  /** The size of the file with what was written, over contents of {@code committedSize} bytes. */
  long size(long committedSize) {
    long size = committedSize;
    for (WriteLayer layer : downwards()) {
      size = Math.max(size, layer.end());
    }
    return size;
  }

  /** The attributes of the file as it is with what was written. */
  Attributes over(Attributes committed) {
    if (isEmpty()) {
      return committed;
    }
    long size = size(committed.size());
    long written = downwards().stream().mapToLong(WriteLayer::allocatedBytes).sum();
    Attributes.Builder view =
        committed.toBuilder().size(size).allocated(Math.min(size, committed.allocated() + written));
    lastWrite
        .or(() -> frozenWrite)
        .ifPresent(time -> view.mtime(time).ctime(later(time, committed.ctime())));
    return view.build();
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /** How often the file was written to. */
  long writes() {
    return writes;
  }

  /** Which bytes were written. */
  List<RangeSet.Range> written() {
    RangeSet all = new RangeSet();
    for (WriteLayer layer : downwards()) {
      layer.written().within(0, layer.end()).forEach(all::add);
    }
    return all.within(0, all.end());
  }

  /** Whether so much is written in so many places that it should be committed before more is. */
  boolean isFull() {
    return active != null && active.written().count() > MAX_RANGES;
  }

  /** See {@link OpenInode#takeAppendsMoved}. */
  boolean takeAppendsMoved() {
    boolean moved = appendsMoved;
    appendsMoved = false;
    return moved;
  }

  /** See {@link OpenInode#forgetWriteTime}. */
  void forgetWriteTime() {
    lastWrite = Optional.empty();
    frozenWrite = Optional.empty();
  }

  /**
   * What a write has filled.
   *
   * @param chunks the indices of those that are complete now
   */
  record Filled(WriteLayer layer, List<Long> chunks) {}

  /** See {@link OpenInode#write}. */
  Filled write(ByteBuffer source, long offset, boolean append, Attributes committed, Instant now)
      throws DinofsException {
    if (append) {
      moveActiveAppends(committed.size());
    }
    long at = append ? size(committed.size()) : offset;
    appendsMoved |= at != offset;
    if (at > Long.MAX_VALUE - source.remaining()) {
      throw new DinofsException(ErrorKind.FILE_TOO_LARGE, "a file ends at 2^63 - 1 bytes");
    }
    WriteLayer layer = activeLayer();
    if (append) {
      layer.beginAppend(at);
    }
    List<Long> full = layer.write(source, at);
    noteWrite(now);
    return new Filled(layer, full);
  }

  /** A change of the layer that takes writes. */
  @FunctionalInterface
  interface LayerChange {
    void apply(WriteLayer layer) throws DinofsException;
  }

  void change(Instant now, LayerChange change) throws DinofsException {
    change.apply(activeLayer());
    noteWrite(now);
  }

  private WriteLayer activeLayer() {
    if (active == null) {
      active = new WriteLayer(storage, reader);
    }
    return active;
  }

  private void noteWrite(Instant now) {
    lastWrite = Optional.of(now);
    writes++;
  }

  /**
   * Freezes what is written; what is written from now on goes to another layer. Nothing may be
   * frozen.
   *
   * @return whether there was anything
   */
  boolean freeze() {
    boolean any = active != null;
    if (any) {
      active.freeze();
    }
    frozen = active;
    frozenWrite = lastWrite;
    active = null;
    lastWrite = Optional.empty();
    return any;
  }

  /** Null if nothing is frozen. */
  WriteLayer frozen() {
    return frozen;
  }

  Optional<Instant> frozenWrite() {
    return frozenWrite;
  }

  /** What was frozen is contents now. */
  void discardFrozen() {
    if (frozen != null) {
      frozen.discard();
    }
    frozen = null;
    frozenWrite = Optional.empty();
  }

  /** What was frozen is as if just written, with what was written since over it. */
  void thaw() throws DinofsException {
    if (frozen != null) {
      frozen.thaw();
      if (active != null) {
        frozen.absorb(active);
      }
      active = frozen;
    }
    lastWrite = lastWrite.or(() -> frozenWrite);
    frozen = null;
    frozenWrite = Optional.empty();
  }

  /** Lets appended bytes begin where the file, of {@code fileEnd} bytes without them, ends. */
  void moveAppends(long fileEnd) throws DinofsException {
    if (frozen != null) {
      appendsMoved |= frozen.moveAppends(fileEnd);
    }
    moveActiveAppends(fileEnd);
  }

  /** Appended bytes stay in one piece: those that came first move before others are added. */
  private void moveActiveAppends(long fileEnd) throws DinofsException {
    if (active != null) {
      appendsMoved |=
          active.moveAppends(frozen == null ? fileEnd : Math.max(fileEnd, frozen.end()));
    }
  }

  /** Gives back what is written and not frozen. */
  void discardActive() {
    if (active != null) {
      active.discard();
      active = null;
    }
  }
}
