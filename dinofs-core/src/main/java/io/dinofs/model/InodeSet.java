package io.dinofs.model;

import java.util.BitSet;

/**
 * A set of inodes in bounded memory, 128 KiB at most: it may also contain inodes that were not put
 * in, but none that were is missing.
 *
 * <p>A bit stands for all inodes that are equal in their last 20 bits. Inodes are numbered one
 * after the other, so up to a million neighbours have a bit each. Not safe for use by several
 * threads.
 */
public final class InodeSet {
  /** How many bits there are at most. */
  public static final int MAX_SLOTS = 1 << 20;

  /** The most words of {@link #toWords}. */
  public static final int MAX_WORDS = MAX_SLOTS / Long.SIZE;

  private final BitSet slots;
  private int size;

  /** An empty set. */
  public InodeSet() {
    this(new BitSet());
  }

  private InodeSet(BitSet slots) {
    this.slots = slots;
    this.size = slots.cardinality();
  }

  /**
   * What {@link #toWords} has written.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_WORDS}
   */
  public static InodeSet ofWords(long[] words) {
    if (words.length > MAX_WORDS) {
      throw new IllegalArgumentException("a set of inodes of " + words.length + " words");
    }
    return new InodeSet(BitSet.valueOf(words));
  }

  /** The bits, 64 in a word, the lowest first; without the words behind the last bit. */
  public long[] toWords() {
    return slots.toLongArray();
  }

  public void add(InodeId inode) {
    int slot = slot(inode);
    if (!slots.get(slot)) {
      slots.set(slot);
      size++;
    }
  }

  public void addAll(InodeSet others) {
    slots.or(others.slots);
    size = slots.cardinality();
  }

  /** Whether the inode was put in, or another that has the same bit. */
  public boolean mayContain(InodeId inode) {
    return slots.get(slot(inode));
  }

  /** How many bits are set. */
  public int size() {
    return size;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InodeSet set && slots.equals(set.slots);
  }

  @Override
  public int hashCode() {
    return slots.hashCode();
  }

  @Override
  public String toString() {
    return size + " of " + MAX_SLOTS + " inodes";
  }

  private static int slot(InodeId inode) {
    return (int) inode.value() & (MAX_SLOTS - 1);
  }
}
