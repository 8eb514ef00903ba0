package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.fuse.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An answer as the kernel gets it. */
record AnswerBytes(ByteBuffer bytes) {
  AnswerBytes {
    bytes.order(ByteOrder.nativeOrder());
    assertEquals(bytes.remaining(), bytes.getInt(0), "the length in the header");
  }

  int errno() {
    return -bytes.getInt(4);
  }

  long unique() {
    return bytes.getLong(8);
  }

  /** The body of a success. */
  ByteBuffer body() {
    assertEquals(Errno.OK, errno(), "errno");
    int header = Reply.HEADER_BYTES;
    return bytes.slice(header, bytes.limit() - header).order(ByteOrder.nativeOrder());
  }
}
