package io.dinofs.wire;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;

/** Cuts a stream of bytes into frames, and puts messages into frames. */
public final class Frames {
  /** The version of this protocol. */
  public static final int PROTOCOL_VERSION = 3;

  /** The longest frame, its length field not counted: 8 MiB. */
  public static final int MAX_FRAME_BYTES = 8 << 20;

  /**
   * The longest frame of a COMMIT: 7 MiB, so that its push, which has some fields more, fits a
   * frame too.
   */
  public static final int MAX_COMMIT_FRAME_BYTES = 7 << 20;

  /** The most bytes of records in an answer: 6 MiB, so that it fits a frame. */
  public static final int MAX_RECORDS_BYTES = 6 << 20;

  /** The most locks that a node holds and can tell in one message. */
  public static final int MAX_REASSERTED_LOCKS = 65_536;

  /** The longest text of an error. */
  public static final int MAX_TEXT_BYTES = 1024;

  static final int LENGTH_BYTES = 4;

  /** Type and tag. */
  static final int HEADER_BYTES = 9;

  private static final int INITIAL_BYTES = 512;

  private Frames() {}

  /**
   * A message as a frame, its length in front; the caller releases it.
   *
   * @throws DinofsException TOO_BIG if it does not fit a frame
   */
  public static ByteBuf encode(Message message, ByteBufAllocator allocator) throws DinofsException {
    ByteBuf out = allocator.buffer(INITIAL_BYTES);
    boolean done = false;
    try {
      encode(message, out);
      done = true;
      return out;
    } finally {
      if (!done) {
        out.release();
      }
    }
  }

  /**
   * Appends a message as a frame.
   *
   * @throws DinofsException TOO_BIG if it does not fit a frame; {@code out} is then as it was
   */
  public static void encode(Message message, ByteBuf out) throws DinofsException {
    int start = out.writerIndex();
    out.writeInt(0);
    MessageEncoder.write(message, out);
    int length = out.writerIndex() - start - LENGTH_BYTES;
    int limit = message instanceof Message.CommitRequest ? MAX_COMMIT_FRAME_BYTES : MAX_FRAME_BYTES;
    if (length > limit) {
      out.writerIndex(start);
      throw new DinofsException(
          ErrorKind.TOO_BIG,
          "a message of " + length + " bytes is longer than the limit of " + limit);
    }
    out.setInt(start, length);
  }

  /**
   * Takes the next message off {@code in}.
   *
   * @return empty, with nothing taken, if the next frame is not complete yet
   * @throws DinofsException PROTOCOL if the bytes are no message; nothing can be read behind them
   */
  public static Optional<Message> next(ByteBuf in) throws DinofsException {
    return next(in, MAX_FRAME_BYTES);
  }

  /**
   * As the other one.
   *
   * @param maxBytes longer frames are refused before more of them comes
   */
  static Optional<Message> next(ByteBuf in, int maxBytes) throws DinofsException {
    if (in.readableBytes() < LENGTH_BYTES) {
      return Optional.empty();
    }
    int length = in.getInt(in.readerIndex());
    if (length < HEADER_BYTES || length > maxBytes) {
      throw new DinofsException(ErrorKind.PROTOCOL, "a frame of " + length + " bytes");
    }
    if (in.readableBytes() < LENGTH_BYTES + length) {
      return Optional.empty();
    }
    in.skipBytes(LENGTH_BYTES);
    return Optional.of(MessageDecoder.read(in.readSlice(length)));
  }

  /**
   * How many bytes {@link #next} needs for the frame that starts in {@code in}; at least 1.
   *
   * @throws DinofsException PROTOCOL for a length out of range
   */
  public static int missingBytes(ByteBuf in) throws DinofsException {
    if (in.readableBytes() < LENGTH_BYTES) {
      return LENGTH_BYTES - in.readableBytes();
    }
    int length = in.getInt(in.readerIndex());
    if (length < HEADER_BYTES || length > MAX_FRAME_BYTES) {
      throw new DinofsException(ErrorKind.PROTOCOL, "a frame of " + length + " bytes");
    }
    return Math.max(1, LENGTH_BYTES + length - in.readableBytes());
  }
}
