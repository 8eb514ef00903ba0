package io.dinofs.metadataserver;

import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.VersionedRecord;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FeedTest {
  private static final long GRACE_NANOS = 100;
  private static final int LEAST_INODES = 4;

  private final List<Object> sent = new ArrayList<>();
  private long nowNanos = Long.MAX_VALUE - 1; // such clocks may start anywhere, and overflow
  private CommitNumber newest = new CommitNumber(10);
  private final Feed feed =
      new Feed(
          new Feed.Outlet() {
            @Override
            public void send(Message.FromServer message) {
              sent.add(message);
            }

            @Override
            public void send(ByteBuf frame) {
              frame.release();
            }
          },
          () -> newest,
          () -> nowNanos,
          GRACE_NANOS,
          LEAST_INODES);

  private void beginFromNothing() {
    feed.begin(newest, false, false);
  }

  private void read(long inode) {
    feed.reading();
    feed.read(List.of(VersionedRecord.absent(xattr(inode, "k"))), newest);
    feed.readEnded();
  }

  /** Whether a commit about the inode is told. */
  private boolean isTold(long inode) {
    newest = newest.next();
    ByteBuf frame = Unpooled.buffer();
    boolean told =
        feed.push(
            new CommittedChange(newest, List.of(VersionedRecord.absent(xattr(inode, "k")))), frame);
    frame.release();
    return told;
  }

  private List<Object> takeSent() {
    List<Object> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  /** Lets the node be asked; returns the round. */
  private long ask() {
    feed.ask();
    nowNanos += GRACE_NANOS;
    feed.ask();
    List<Object> asked = takeSent();
    assertEquals(1, asked.size(), asked::toString);
    return ((Message.AskInterest) asked.get(0)).round();
  }

  private static InodeSet set(long... inodes) {
    InodeSet set = new InodeSet();
    for (long inode : inodes) {
      set.add(new InodeId(inode));
    }
    return set;
  }

  @Test
  void onlyWhatWasReadIsTold() {
    beginFromNothing();
    read(5);
    assertTrue(isTold(5));
    assertFalse(isTold(6));
  }

  @Test
  void whatWasReadBeforeTheSubscriptionIsToldToo() {
    read(5);
    beginFromNothing();
    assertTrue(isTold(5));
  }

  @Test
  void whileSomethingIsReadEverythingIsTold() {
    beginFromNothing();
    feed.reading();
    assertTrue(isTold(6));
    feed.readEnded();
    assertFalse(isTold(6));
  }

  @Test
  void whoWantsEverythingIsToldEverythingAndNotAsked() {
    feed.begin(newest, true, false);
    for (long inode = 0; inode < 2 * LEAST_INODES; inode++) {
      read(inode);
    }
    feed.ask();
    nowNanos += GRACE_NANOS;
    feed.ask();
    assertEquals(List.of(), takeSent());
    assertTrue(isTold(100));
  }

  @Test
  void nothingIsToldBeforeTheSubscriptionOrAfterItsEnd() {
    read(5);
    assertFalse(isTold(5));
    beginFromNothing();
    feed.end();
    assertFalse(isTold(5));
  }

  @Test
  void aNodeThatHasResumedIsToldEverythingUntilItSaysWhatItKeeps() {
    feed.begin(newest, false, true);
    assertTrue(isTold(7));
    long round = ask();
    assertTrue(isTold(7));
    feed.answered(new Message.Interest(round, set(8)));
    assertFalse(isTold(7));
    assertTrue(isTold(8));
  }

  @Test
  void aNodeIsAskedAGraceAfterItHasReadMuch() {
    beginFromNothing();
    for (long inode = 1; inode < LEAST_INODES; inode++) {
      read(inode);
    }
    feed.ask();
    nowNanos += GRACE_NANOS;
    feed.ask();
    assertEquals(List.of(), takeSent());
    read(LEAST_INODES);
    feed.ask();
    nowNanos += GRACE_NANOS - 1;
    feed.ask();
    assertEquals(List.of(), takeSent());
    nowNanos++;
    feed.ask();
    feed.ask();
    assertEquals(List.of(new Message.AskInterest(1)), takeSent());
  }

  @Test
  void whatANodeDoesNotNameIsNotToldUnlessItWasReadSinceTheRoundBegan() {
    beginFromNothing();
    for (long inode = 1; inode <= LEAST_INODES; inode++) {
      read(inode);
    }
    feed.ask();
    read(1);
    long round = ask();
    read(20);
    feed.answered(new Message.Interest(round, set(2)));
    assertTrue(isTold(1));
    assertTrue(isTold(2));
    assertFalse(isTold(3));
    assertTrue(isTold(20));
  }

  @Test
  void anAnswerToAnEarlierSubscriptionsQuestionDoesNotCount() {
    feed.begin(newest, false, true);
    long round = ask();
    feed.begin(newest, false, true);
    feed.answered(new Message.Interest(round, set()));
    assertTrue(isTold(7));
  }

  @Test
  void anAnswerIsNeverAheadOfWhatWasTold() {
    beginFromNothing();
    assertFalse(isTold(6));
    feed.showing(newest);
    assertEquals(List.of(new Message.Passed(newest)), takeSent());
    feed.showing(newest);
    assertEquals(List.of(), takeSent());
  }

  @Test
  void whatIsShownBeforeItWasOfferedToAllIsPassedAfterwards() {
    beginFromNothing();
    CommitNumber committed = newest.next();
    feed.reading();
    feed.read(List.of(), committed);
    feed.readEnded();
    feed.showing(committed);
    assertEquals(List.of(), takeSent());
    assertFalse(isTold(6));
    feed.newestChanged();
    assertEquals(List.of(new Message.Passed(committed)), takeSent());
  }
}
