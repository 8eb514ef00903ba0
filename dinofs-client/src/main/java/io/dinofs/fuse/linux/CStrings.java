package io.dinofs.fuse.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Strings as a null-terminated vector of pointers, as programs get their arguments. */
public final class CStrings {
  private static final int POINTER_BYTES = 8;

  private final List<ByteBuffer> strings = new ArrayList<>();
  private final ByteBuffer vector;

  public CStrings(List<String> texts) {
    vector = Native.allocate((texts.size() + 1) * POINTER_BYTES);
    for (String text : texts) {
      byte[] bytes = Native.cString(text);
      ByteBuffer string = Native.allocate(bytes.length).put(bytes);
      strings.add(string);
      vector.putLong(Native.addressOf(string));
    }
  }

  /** How many strings. */
  public int count() {
    return strings.size();
  }

  /** Of the first pointer; valid while this object is reachable. */
  public long address() {
    return Native.addressOf(vector);
  }
}
