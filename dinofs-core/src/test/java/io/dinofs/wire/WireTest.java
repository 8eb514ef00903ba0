package io.dinofs.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.access.Role;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.Fuzz;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Listing;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockOwner;
import io.dinofs.model.LockPlace;
import io.dinofs.model.LockRange;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.VersionedStore.Children;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WireTest {
  private static final CommitNumber SEVEN = new CommitNumber(7);
  private static final RecordKey ENTRY =
      RecordKey.entry(InodeId.ROOT, new Name(Bytes.wrap(new byte[] {-1, 7, 'x'})));
  private static final RecordKey ATTRIBUTES = RecordKey.attributes(new InodeId(-2));
  private static final List<VersionedRecord> RECORDS =
      List.of(
          VersionedRecord.present(ENTRY, new Version(5), Bytes.utf8("value")),
          VersionedRecord.present(
              RecordKey.parent(InodeId.ROOT), new Version(Long.MAX_VALUE), Bytes.EMPTY),
          VersionedRecord.absent(ATTRIBUTES));
  private static final Commit COMMIT =
      new Commit(
          new CommitId(new NodeId(-1), Long.MAX_VALUE),
          List.of(
              new Mutation.Put(ENTRY, Version.ABSENT, Bytes.utf8("v")),
              new Mutation.Delete(ATTRIBUTES, new Version(3)),
              new Mutation.Check(RecordKey.parent(InodeId.ROOT), new Version(4)),
              new Mutation.TouchDirectory(
                  new InodeId(9), -1, 2, Instant.ofEpochSecond(-5, 999_999_999))));

  private static final FileLock LOCK =
      new FileLock(
          new LockPlace(
              new InodeId(-9),
              LockKind.POSIX,
              new LockOwner(new NodeId(-4), -5),
              new LockRange(3, Long.MAX_VALUE)),
          LockMode.EXCLUSIVE,
          4711);

  private static final List<Message> ALL =
      List.of(
          new Message.Auth(1, "node~Ab-_9"),
          new Message.Authenticated(1, Role.READ_ONLY),
          new Message.Hello(
              1, Frames.PROTOCOL_VERSION, Optional.empty(), new NodeId(3), Consistency.STRICT),
          new Message.Hello(
              1, 99, Optional.of(VolumeId.random()), new NodeId(-3), Consistency.PUSH),
          new Message.Welcome(1, VolumeId.random(), SEVEN, 5000, 1_700_000_000_123_456_789L),
          new Message.Get(2, List.of(ENTRY, ATTRIBUTES), Children.WITH_ATTRIBUTES),
          new Message.Records(2, new Snapshot(SEVEN, RECORDS)),
          new Message.ListRecords(
              3,
              InodeId.ROOT,
              RecordKind.ENTRY,
              Bytes.utf8("after"),
              100,
              Children.WITHOUT_ATTRIBUTES),
          new Message.ListRecords(
              3, InodeId.ROOT, RecordKind.XATTR, Bytes.EMPTY, 1, Children.WITH_ATTRIBUTES),
          new Message.Page(3, new Listing(SEVEN, RECORDS, List.of(), true)),
          new Message.CommitRequest(4, COMMIT),
          new Message.Committed(4, new CommitResult(SEVEN, RECORDS)),
          new Message.Stale(4, SEVEN, RECORDS),
          new Message.Subscribe(5, SEVEN, CommitNumber.NONE, true),
          new Message.Passed(SEVEN),
          new Message.AskInterest(5),
          new Message.Interest(5, InodeSet.ofWords(new long[] {0, -1, 7})),
          new Message.Subscribed(5, SEVEN),
          new Message.Reset(5, SEVEN),
          new Message.Unsubscribe(),
          new Message.Push(new NodeId(4), new CommittedChange(SEVEN, RECORDS)),
          new Message.Applied(SEVEN),
          new Message.Ping(6),
          new Message.Pong(6, SEVEN, -1),
          new Message.GetStatistics(7),
          new Message.Statistics(7, new VolumeStatistics(1_000_000, SEVEN)),
          new Message.TestLock(9, LOCK),
          new Message.LockTested(9, Optional.empty()),
          new Message.LockTested(9, Optional.of(LOCK)),
          new Message.Lock(10, LOCK, true),
          new Message.Unlock(11, LOCK.place()),
          new Message.LockDone(11, SEVEN),
          new Message.CancelLock(10),
          new Message.Reassert(12, List.of(LOCK, LOCK)),
          new Message.Reasserted(12, true),
          new Message.Goodbye(),
          new Message.Scan(9, Message.Scan.NEW_SCAN),
          new Message.Scanned(9, -1, SEVEN, RECORDS),
          new Message.EndScan(-1),
          new Message.Failure(8, ErrorKind.NO_SPACE, "no space left in \u00fcber/\ud83e\udd95"));

  private static ByteBuf encoded(Message message) throws DinofsException {
    ByteBuf frame = Unpooled.buffer();
    Frames.encode(message, frame);
    return frame;
  }

  @Test
  void everyMessageIsReadAsItWasWritten() throws DinofsException {
    for (Message message : ALL) {
      ByteBuf frame = encoded(message);
      assertEquals(Optional.of(message), Frames.next(frame));
      assertEquals(0, frame.readableBytes());
    }
  }

  @Test
  void messagesThatArriveAByteAtATimeAreRead() throws DinofsException {
    FrameDecoder decoder = new FrameDecoder();
    decoder.trust();
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    for (Message message : ALL) {
      ByteBuf frame = encoded(message);
      while (frame.isReadable()) {
        channel.writeInbound(Unpooled.copiedBuffer(new byte[] {frame.readByte()}));
      }
    }
    List<Object> read = new ArrayList<>();
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      read.add(message);
    }
    assertEquals(ALL, read);
    assertFalse(channel.finish());
  }

  @Test
  void aByteTooManyOrTooFewIsRefused() throws DinofsException {
    for (Message message : ALL) {
      ByteBuf longer = encoded(message).writeByte(0);
      longer.setInt(0, longer.readableBytes() - Frames.LENGTH_BYTES);
      assertProtocolError(longer);
      ByteBuf shorter = encoded(message);
      shorter.writerIndex(shorter.writerIndex() - 1);
      shorter.setInt(0, shorter.readableBytes() - Frames.LENGTH_BYTES);
      assertProtocolError(shorter);
    }
  }

  @Test
  void aLengthOutOfRangeIsRefusedBeforeAnythingElseArrives() {
    for (int length :
        new int[] {-1, Integer.MIN_VALUE, 0, 8, Frames.MAX_FRAME_BYTES + 1, Integer.MAX_VALUE}) {
      assertProtocolError(Unpooled.buffer().writeInt(length));
    }
  }

  @Test
  void aStrangerSendsShortFramesOnly() {
    FrameDecoder decoder = new FrameDecoder();
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    ByteBuf length = Unpooled.buffer().writeInt(2000);
    assertThrows(DecoderException.class, () -> channel.writeInbound(length));
    assertFalse(channel.finish());
  }

  @Test
  void aTokenIsInNoTextOfItsMessage() {
    assertFalse(new Message.Auth(1, "node~secret").toString().contains("secret"));
  }

  @Test
  void aStrangersBytesAreRefusedAndWhatFollowsIsNotRead() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
    ByteBuf http = Unpooled.copiedBuffer(Bytes.utf8("GET / HTTP/1.1\r\n\r\n").asBuffer());
    assertThrows(DecoderException.class, () -> channel.writeInbound(http));
    channel.writeInbound(Unpooled.copiedBuffer(new byte[100]));
    assertEquals(0, channel.inboundMessages().size());
    assertFalse(channel.finish());
  }

  @Test
  void framesThatNobodySentAreReadOrBreakTheProtocol() throws DinofsException {
    List<byte[]> bodies = new ArrayList<>();
    for (Message message : ALL) {
      ByteBuf frame = encoded(message).skipBytes(Frames.LENGTH_BYTES);
      bodies.add(ByteBufUtil.getBytes(frame));
    }
    Fuzz.feed(
        20_000,
        Set.of(ErrorKind.PROTOCOL),
        bodies,
        body -> {
          ByteBuf frame = Unpooled.buffer().writeInt(body.length).writeBytes(body);
          Message message = Frames.next(frame).orElseThrow();
          assertEquals(message, Frames.next(encoded(message)).orElseThrow());
        });
  }

  @Test
  void aCommitThatWouldNotFitAPushIsRefusedByTheEncoder() {
    Bytes large = Bytes.wrap(new byte[VersionedRecord.MAX_VALUE_BYTES]);
    List<Mutation> mutations =
        IntStream.range(0, 120)
            .<Mutation>mapToObj(
                i -> new Mutation.Put(RecordKey.attributes(new InodeId(i)), Version.ABSENT, large))
            .toList();
    Commit commit = new Commit(COMMIT.id(), mutations);
    ByteBuf out = Unpooled.buffer();
    DinofsException refused =
        assertThrows(
            DinofsException.class, () -> Frames.encode(new Message.CommitRequest(1, commit), out));
    assertEquals(ErrorKind.TOO_BIG, refused.kind());
    assertEquals(0, out.readableBytes());
  }

  private static void assertProtocolError(ByteBuf frame) {
    DinofsException refused = assertThrows(DinofsException.class, () -> Frames.next(frame));
    assertEquals(ErrorKind.PROTOCOL, refused.kind());
  }
}
