package io.dinofs.wire;

import io.dinofs.access.Role;
import io.dinofs.access.Secret;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Listing;
import io.dinofs.model.NodeId;
import io.dinofs.model.Printable;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what {@link MessageEncoder} wrote, and nothing else: every field is checked, and that no
 * byte is left.
 */
final class MessageDecoder {
  private MessageDecoder() {}

  /**
   * @param in exactly one message
   * @throws DinofsException PROTOCOL
   */
  static Message read(ByteBuf in) throws DinofsException {
    byte type = in.readByte();
    try {
      Message message = readFields(type, in.readLong(), in);
      if (in.isReadable()) {
        throw new IllegalArgumentException(in.readableBytes() + " bytes too many");
      }
      return message;
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DinofsException(
          ErrorKind.PROTOCOL, "a bad message of type " + type + ": " + e.getMessage(), e);
    }
  }

  private static Message readFields(byte type, long tag, ByteBuf in) {
    return switch (type) {
      case MessageType.AUTH -> readAuth(tag, in);
      case MessageType.AUTHENTICATED -> readAuthenticated(tag, in);
      case MessageType.HELLO -> readHello(tag, in);
      case MessageType.WELCOME -> readWelcome(tag, in);
      case MessageType.GET -> readGet(tag, in);
      case MessageType.RECORDS ->
          new Message.Records(
              tag, new Snapshot(Fields.readCommitNumber(in), RecordCodec.readRecords(in)));
      case MessageType.LIST -> readList(tag, in);
      case MessageType.PAGE -> readPage(tag, in);
      case MessageType.COMMIT -> new Message.CommitRequest(tag, CommitCodec.read(in));
      case MessageType.COMMITTED ->
          new Message.Committed(
              tag, new CommitResult(Fields.readCommitNumber(in), RecordCodec.readRecords(in)));
      case MessageType.STALE ->
          new Message.Stale(tag, Fields.readCommitNumber(in), RecordCodec.readRecords(in));
      case MessageType.SUBSCRIBE ->
          new Message.Subscribe(
              tag, Fields.readCommitNumber(in), Fields.readCommitNumber(in), Fields.readFlag(in));
      case MessageType.SUBSCRIBED -> new Message.Subscribed(tag, Fields.readCommitNumber(in));
      case MessageType.RESET -> new Message.Reset(tag, Fields.readCommitNumber(in));
      case MessageType.UNSUBSCRIBE -> untagged(tag, new Message.Unsubscribe());
      case MessageType.PUSH ->
          untagged(
              tag,
              new Message.Push(
                  new NodeId(in.readLong()),
                  new CommittedChange(Fields.readCommitNumber(in), RecordCodec.readRecords(in))));
      case MessageType.APPLIED -> untagged(tag, new Message.Applied(Fields.readCommitNumber(in)));
      case MessageType.PASSED -> untagged(tag, new Message.Passed(Fields.readCommitNumber(in)));
      case MessageType.ASK_INTEREST -> new Message.AskInterest(tag);
      case MessageType.INTEREST -> readInterest(tag, in);
      case MessageType.PING -> new Message.Ping(tag);
      case MessageType.PONG -> new Message.Pong(tag, Fields.readCommitNumber(in), in.readLong());
      case MessageType.GET_STATISTICS -> new Message.GetStatistics(tag);
      case MessageType.STATISTICS -> readStatistics(tag, in);
      case MessageType.GOODBYE -> untagged(tag, new Message.Goodbye());
      case MessageType.FAILURE -> readFailure(tag, in);
      case MessageType.TEST_LOCK -> new Message.TestLock(tag, LockCodec.read(in));
      case MessageType.LOCK_TESTED -> readLockTested(tag, in);
      case MessageType.LOCK -> new Message.Lock(tag, LockCodec.read(in), Fields.readFlag(in));
      case MessageType.UNLOCK -> new Message.Unlock(tag, LockCodec.readPlace(in));
      case MessageType.LOCK_DONE -> new Message.LockDone(tag, Fields.readCommitNumber(in));
      case MessageType.CANCEL_LOCK -> untagged(tag, new Message.CancelLock(in.readLong()));
      case MessageType.REASSERT -> readReassert(tag, in);
      case MessageType.REASSERTED -> new Message.Reasserted(tag, Fields.readFlag(in));
      case MessageType.SCAN -> new Message.Scan(tag, in.readLong());
      case MessageType.SCANNED ->
          new Message.Scanned(
              tag, in.readLong(), Fields.readCommitNumber(in), RecordCodec.readRecords(in));
      case MessageType.END_SCAN -> untagged(tag, new Message.EndScan(in.readLong()));
      default -> throw new IllegalArgumentException("unknown type");
    };
  }

  private static Message untagged(long tag, Message message) {
    if (tag != Message.NO_TAG) {
      throw new IllegalArgumentException("a tag where none belongs: " + tag);
    }
    return message;
  }

  private static Message readAuth(long tag, ByteBuf in) {
    int length = in.readUnsignedShort();
    if (length > Secret.MAX_CHARACTERS) {
      throw new IllegalArgumentException("a token of " + length + " bytes");
    }
    return new Message.Auth(
        tag, in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString());
  }

  private static Message readAuthenticated(long tag, ByteBuf in) {
    return new Message.Authenticated(
        tag,
        Role.ofNumber(in.readByte())
            .orElseThrow(() -> new IllegalArgumentException("unknown role")));
  }

  private static Message readHello(long tag, ByteBuf in) {
    if (in.readInt() != Fields.MAGIC) {
      throw new IllegalArgumentException("not a dinofs client");
    }
    int protocolVersion = in.readInt();
    Optional<VolumeId> volume =
        Fields.readFlag(in) ? Optional.of(Fields.readVolume(in)) : Optional.empty();
    NodeId node = new NodeId(in.readLong());
    Consistency consistency =
        Consistency.ofNumber(in.readByte())
            .orElseThrow(() -> new IllegalArgumentException("unknown consistency"));
    return new Message.Hello(tag, protocolVersion, volume, node, consistency);
  }

  private static Message readWelcome(long tag, ByteBuf in) {
    VolumeId volume = Fields.readVolume(in);
    CommitNumber newest = Fields.readCommitNumber(in);
    int leaseMillis = in.readInt();
    if (leaseMillis <= 0) {
      throw new IllegalArgumentException("a lease of " + leaseMillis + " ms");
    }
    return new Message.Welcome(tag, volume, newest, leaseMillis, in.readLong());
  }

  private static Message readGet(long tag, ByteBuf in) {
    Children children = readChildren(in);
    int count = Fields.readCount(in, VersionedStore.MAX_GET_KEYS, RecordCodec.MIN_KEY_BYTES);
    List<RecordKey> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(RecordCodec.readKey(in));
    }
    return new Message.Get(tag, keys, children);
  }

  private static Message readList(long tag, ByteBuf in) {
    Children children = readChildren(in);
    InodeId inode = new InodeId(in.readLong());
    RecordKind kind = RecordCodec.readKind(in);
    int limit = in.readInt();
    Bytes after = RecordCodec.readName(in);
    return new Message.ListRecords(tag, inode, kind, after, limit, children);
  }

  private static Message readPage(long tag, ByteBuf in) {
    CommitNumber at = Fields.readCommitNumber(in);
    boolean more = Fields.readFlag(in);
    List<VersionedRecord> records = RecordCodec.readRecords(in);
    return new Message.Page(tag, new Listing(at, records, RecordCodec.readRecords(in), more));
  }

  private static Message readStatistics(long tag, ByteBuf in) {
    long inodes = in.readLong();
    return new Message.Statistics(tag, new VolumeStatistics(inodes, Fields.readCommitNumber(in)));
  }

  private static Message readLockTested(long tag, ByteBuf in) {
    return new Message.LockTested(
        tag, Fields.readFlag(in) ? Optional.of(LockCodec.read(in)) : Optional.empty());
  }

  private static Message readReassert(long tag, ByteBuf in) {
    int count = Fields.readCount(in, Frames.MAX_REASSERTED_LOCKS, LockCodec.LOCK_BYTES);
    List<FileLock> held = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      held.add(LockCodec.read(in));
    }
    return new Message.Reassert(tag, held);
  }

  private static Message readInterest(long tag, ByteBuf in) {
    long[] words = new long[Fields.readCount(in, InodeSet.MAX_WORDS, Long.BYTES)];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.readLong();
    }
    return new Message.Interest(tag, InodeSet.ofWords(words));
  }

  private static Message readFailure(long tag, ByteBuf in) {
    int number = in.readUnsignedShort();
    ErrorKind kind =
        ErrorKind.ofNumber(number)
            .orElseThrow(() -> new IllegalArgumentException("an error of unknown kind " + number));
    int length = in.readUnsignedShort();
    if (length > Frames.MAX_TEXT_BYTES) {
      throw new IllegalArgumentException("a text of " + length + " bytes");
    }
    String text = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    return new Message.Failure(tag, kind, Printable.of(text));
  }

  private static Children readChildren(ByteBuf in) {
    return Fields.readFlag(in) ? Children.WITH_ATTRIBUTES : Children.WITHOUT_ATTRIBUTES;
  }
}
