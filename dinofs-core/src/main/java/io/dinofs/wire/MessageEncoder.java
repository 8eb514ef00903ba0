package io.dinofs.wire;

import io.dinofs.model.FileLock;
import io.dinofs.store.VersionedStore.Children;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the type, the tag and the fields of messages. */
final class MessageEncoder {
  private MessageEncoder() {}

  static void write(Message message, ByteBuf out) {
    if (message instanceof Message.FromClient request) {
      writeRequest(request, out);
    } else {
      writeAnswer((Message.FromServer) message, out);
    }
  }

  private static void writeRequest(Message.FromClient request, ByteBuf out) {
    if (request instanceof Message.CommitRequest commit) {
      header(MessageType.COMMIT, request, out);
      CommitCodec.write(commit.commit(), out);
    } else if (request instanceof Message.Get get) {
      header(MessageType.GET, request, out);
      writeChildren(get.children(), out);
      out.writeInt(get.keys().size());
      get.keys().forEach(key -> RecordCodec.writeKey(key, out));
    } else if (request instanceof Message.ListRecords list) {
      header(MessageType.LIST, request, out);
      writeChildren(list.children(), out);
      out.writeLong(list.inode().value()).writeByte(list.kind().code()).writeInt(list.limit());
      RecordCodec.writeName(list.after(), out);
    } else if (request instanceof Message.Applied applied) {
      header(MessageType.APPLIED, request, out);
      out.writeLong(applied.upTo().value());
    } else if (request instanceof Message.Auth auth) {
      header(MessageType.AUTH, request, out);
      byte[] token = auth.token().getBytes(StandardCharsets.ISO_8859_1);
      out.writeShort(token.length).writeBytes(token);
    } else if (request instanceof Message.Hello hello) {
      header(MessageType.HELLO, request, out);
      writeHello(hello, out);
    } else if (request instanceof Message.Subscribe subscribe) {
      header(MessageType.SUBSCRIBE, request, out);
      out.writeLong(subscribe.from().value())
          .writeLong(subscribe.applied().value())
          .writeBoolean(subscribe.everything());
    } else if (request instanceof Message.Interest interest) {
      header(MessageType.INTEREST, request, out);
      long[] words = interest.inodes().toWords();
      out.writeInt(words.length);
      for (long word : words) {
        out.writeLong(word);
      }
    } else if (request instanceof Message.Unsubscribe) {
      header(MessageType.UNSUBSCRIBE, request, out);
    } else if (request instanceof Message.Ping) {
      header(MessageType.PING, request, out);
    } else if (request instanceof Message.GetStatistics) {
      header(MessageType.GET_STATISTICS, request, out);
    } else if (request instanceof Message.Scan scan) {
      header(MessageType.SCAN, request, out);
      out.writeLong(scan.scan());
    } else if (request instanceof Message.EndScan end) {
      header(MessageType.END_SCAN, request, out);
      out.writeLong(end.scan());
    } else if (request instanceof Message.Goodbye) {
      header(MessageType.GOODBYE, request, out);
    } else {
      writeLockRequest(request, out);
    }
  }

  private static void writeLockRequest(Message.FromClient request, ByteBuf out) {
    if (request instanceof Message.Lock lock) {
      header(MessageType.LOCK, request, out);
      LockCodec.write(lock.wanted(), out);
      out.writeBoolean(lock.mayWait());
    } else if (request instanceof Message.Unlock unlock) {
      header(MessageType.UNLOCK, request, out);
      LockCodec.writePlace(unlock.place(), out);
    } else if (request instanceof Message.TestLock test) {
      header(MessageType.TEST_LOCK, request, out);
      LockCodec.write(test.wanted(), out);
    } else if (request instanceof Message.CancelLock cancel) {
      header(MessageType.CANCEL_LOCK, request, out);
      out.writeLong(cancel.lockTag());
    } else {
      header(MessageType.REASSERT, request, out);
      List<FileLock> held = ((Message.Reassert) request).held();
      out.writeInt(held.size());
      held.forEach(lock -> LockCodec.write(lock, out));
    }
  }

  private static void writeAnswer(Message.FromServer answer, ByteBuf out) {
    if (answer instanceof Message.Push push) {
      header(MessageType.PUSH, answer, out);
      out.writeLong(push.committer().value()).writeLong(push.change().number().value());
      RecordCodec.writeRecords(push.change().records(), out);
    } else if (answer instanceof Message.Passed passed) {
      header(MessageType.PASSED, answer, out);
      out.writeLong(passed.upTo().value());
    } else if (answer instanceof Message.AskInterest) {
      header(MessageType.ASK_INTEREST, answer, out);
    } else if (answer instanceof Message.Committed committed) {
      header(MessageType.COMMITTED, answer, out);
      out.writeLong(committed.result().number().value());
      RecordCodec.writeRecords(committed.result().touched(), out);
    } else if (answer instanceof Message.Records records) {
      header(MessageType.RECORDS, answer, out);
      out.writeLong(records.snapshot().at().value());
      RecordCodec.writeRecords(records.snapshot().records(), out);
    } else if (answer instanceof Message.Page page) {
      header(MessageType.PAGE, answer, out);
      out.writeLong(page.listing().at().value()).writeBoolean(page.listing().more());
      RecordCodec.writeRecords(page.listing().records(), out);
      RecordCodec.writeRecords(page.listing().attributes(), out);
    } else if (answer instanceof Message.Stale stale) {
      header(MessageType.STALE, answer, out);
      out.writeLong(stale.at().value());
      RecordCodec.writeRecords(stale.current(), out);
    } else if (answer instanceof Message.Authenticated authenticated) {
      header(MessageType.AUTHENTICATED, answer, out);
      out.writeByte(authenticated.role().number());
    } else if (answer instanceof Message.Welcome welcome) {
      header(MessageType.WELCOME, answer, out);
      Fields.writeVolume(welcome.volume(), out);
      out.writeLong(welcome.newest().value())
          .writeInt(welcome.leaseMillis())
          .writeLong(welcome.serverEpochNanos());
    } else if (answer instanceof Message.Subscribed subscribed) {
      header(MessageType.SUBSCRIBED, answer, out);
      out.writeLong(subscribed.newest().value());
    } else if (answer instanceof Message.Reset reset) {
      header(MessageType.RESET, answer, out);
      out.writeLong(reset.at().value());
    } else if (answer instanceof Message.Pong pong) {
      header(MessageType.PONG, answer, out);
      out.writeLong(pong.newest().value()).writeLong(pong.serverEpochNanos());
    } else if (answer instanceof Message.Statistics statistics) {
      header(MessageType.STATISTICS, answer, out);
      out.writeLong(statistics.statistics().inodes())
          .writeLong(statistics.statistics().newest().value());
    } else if (answer instanceof Message.LockDone done) {
      header(MessageType.LOCK_DONE, answer, out);
      out.writeLong(done.newest().value());
    } else if (answer instanceof Message.LockTested tested) {
      header(MessageType.LOCK_TESTED, answer, out);
      out.writeBoolean(tested.inTheWay().isPresent());
      tested.inTheWay().ifPresent(lock -> LockCodec.write(lock, out));
    } else if (answer instanceof Message.Reasserted reasserted) {
      header(MessageType.REASSERTED, answer, out);
      out.writeBoolean(reasserted.kept());
    } else if (answer instanceof Message.Scanned scanned) {
      header(MessageType.SCANNED, answer, out);
      out.writeLong(scanned.scan()).writeLong(scanned.at().value());
      RecordCodec.writeRecords(scanned.records(), out);
    } else {
      Message.Failure failure = (Message.Failure) answer;
      header(MessageType.FAILURE, answer, out);
      out.writeShort(failure.kind().number());
      writeText(failure.text(), out);
    }
  }

  private static void header(byte type, Message message, ByteBuf out) {
    out.writeByte(type).writeLong(message.tag());
  }

  private static void writeHello(Message.Hello hello, ByteBuf out) {
    out.writeInt(Fields.MAGIC).writeInt(hello.protocolVersion());
    out.writeBoolean(hello.volume().isPresent());
    hello.volume().ifPresent(volume -> Fields.writeVolume(volume, out));
    out.writeLong(hello.node().value()).writeByte(hello.consistency().number());
  }

  private static void writeChildren(Children children, ByteBuf out) {
    out.writeBoolean(children == Children.WITH_ATTRIBUTES);
  }

  private static void writeText(String text, ByteBuf out) {
    int start = out.writerIndex();
    out.writeShort(0);
    int end = Math.min(text.length(), Frames.MAX_TEXT_BYTES / ByteBufUtil.utf8MaxBytes(1));
    out.setShort(start, ByteBufUtil.writeUtf8(out, text, 0, end));
  }
}
