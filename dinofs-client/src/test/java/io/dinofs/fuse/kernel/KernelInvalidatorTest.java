package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.Errno;
import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.Content;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.VolumeChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class KernelInvalidatorTest {
  private static final InodeId ROOT = InodeId.ROOT;
  private static final InodeId FILE = new InodeId(7);
  private static final InodeId OTHER = new InodeId(8);
  private static final Name NAME = Name.of("name");
  private static final Validity HOUR = new Validity(3600, 0);
  private static final int MAX_PENDING = 10;
  private static final int BLOCKED_MILLIS = 3;
  private static final int STAGED_MILLIS = 500;

  private final List<String> sent = new ArrayList<>();
  private final LookupCounts inodes = new LookupCounts();
  private final Staged staged = new Staged();
  private final KernelState state = KernelState.empty();
  private long millis;
  private long applied;
  private long lastCommit;

  private final KernelInvalidator invalidator =
      new KernelInvalidator(
          new Recorder(),
          inodes,
          staged,
          new KernelCacheSettings(HOUR, HOUR, BLOCKED_MILLIS, STAGED_MILLIS, MAX_PENDING),
          state,
          number -> applied = number.value(),
          () -> TimeUnit.MILLISECONDS.toNanos(millis));

  private final CoherentCaching caching =
      new CoherentCaching(
          state,
          new KernelCacheSettings(HOUR, HOUR, BLOCKED_MILLIS, STAGED_MILLIS, MAX_PENDING),
          inode -> false,
          invalidator);

  KernelInvalidatorTest() {
    caching.setCurrent(true);
  }

  /** Contents in memory that are brought up to date as often as is said. */
  private static final class Staged implements StagedContents {
    private final List<InodeId> refreshed = new ArrayList<>();
    private final List<InodeId> inodes = new ArrayList<>();
    private boolean succeeds = true;

    @Override
    public boolean isStaged(InodeId inode) {
      return inodes.contains(inode);
    }

    @Override
    public boolean refresh(InodeId inode) {
      if (isStaged(inode)) {
        refreshed.add(inode);
      }
      return succeeds;
    }
  }

  /** A kernel that lets everything go. */
  private final class Recorder implements KernelNotifications {
    @Override
    public int invalidateInode(InodeId inode, long offset, long length) {
      sent.add((offset < 0 ? "attributes " : "pages ") + inode);
      return Errno.OK;
    }

    @Override
    public int invalidateEntry(InodeId parent, Name name) {
      sent.add("name " + name);
      return Errno.OK;
    }

    @Override
    public int deleteEntry(InodeId parent, InodeId child, Name name) {
      sent.add("removed " + name);
      return Errno.OK;
    }

    @Override
    public int increaseEpoch() {
      sent.add("epoch");
      return Errno.OK;
    }
  }

  private static Attributes file(String contents) {
    return Attributes.create(FileType.REGULAR, 0644, 0, 0, 0, Instant.EPOCH).toBuilder()
        .content(new Content.SingleBlob(BlobKey.of(Bytes.utf8(contents).asBuffer())))
        .size(contents.length())
        .build();
  }

  private void change(boolean own, VolumeChange.Effect... effects) {
    lastCommit++;
    invalidator.changed(new VolumeChange(new CommitNumber(lastCommit), own, List.of(effects)));
  }

  private void runAll(TaskSource tasks) {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void tell(InodeId parent, Name name) {
    CacheTicket ticket = caching.newTicket();
    ticket.begin(parent);
    assertEquals(HOUR, ticket.name(parent, name));
  }

  private static VolumeChange.EntryChanged entry(Optional<InodeId> child) {
    return new VolumeChange.EntryChanged(ROOT, NAME, child);
  }

  @Test
  void whatTheKernelDoesNotKnowIsAppliedAtOnce() {
    change(false, entry(Optional.of(FILE)), new VolumeChange.AttributesChanged(FILE, file("a")));
    assertEquals(1, applied);
    assertEquals(List.of(), sent);
  }

  @Test
  void aCommitIsAppliedWhenTheKernelHasLetItGo() {
    inodes.add(FILE);
    change(false, new VolumeChange.XattrChanged(FILE));
    assertEquals(0, applied);
    runAll(invalidator.drops().attributes);
    assertEquals(List.of("attributes 7"), sent);
    assertEquals(1, applied);
  }

  @Test
  void aCommitIsNotAppliedBeforeOneThatCameEarlier() {
    inodes.add(FILE);
    change(false, new VolumeChange.XattrChanged(FILE));
    change(false, new VolumeChange.XattrChanged(new InodeId(8)));
    assertEquals(0, applied);
    runAll(invalidator.drops().attributes);
    assertEquals(2, applied);
  }

  @Test
  void aCommitWaitsUntilContentsInMemoryAreUpToDate() {
    inodes.add(FILE);
    staged.inodes.add(FILE);
    change(false, new VolumeChange.AttributesChanged(FILE, file("a")));
    millis += BLOCKED_MILLIS;
    runAll(invalidator.drops().attributes);
    assertEquals(0, applied);
    runAll(invalidator.drops().pages);
    assertEquals(List.of(FILE), staged.refreshed);
    assertEquals(1, applied);
  }

  @Test
  void contentsInMemoryAreTriedAgainUntilTheyAreUpToDate() {
    inodes.add(FILE);
    staged.inodes.add(FILE);
    staged.succeeds = false;
    change(false, new VolumeChange.AttributesChanged(FILE, file("a")));
    runAll(invalidator.drops().pages);
    staged.succeeds = true;
    millis += STAGED_MILLIS;
    runAll(invalidator.drops().attributes);
    runAll(invalidator.drops().pages);
    assertEquals(List.of(FILE, FILE), staged.refreshed);
    assertEquals(1, applied);
  }

  @Test
  void aNameThatIsNotLetGoIsDroppedWithAllOthers() {
    tell(ROOT, NAME);
    change(false, entry(Optional.of(FILE)));
    millis += BLOCKED_MILLIS - 1;
    runAll(invalidator.drops().attributes);
    assertEquals(0, applied);
    millis++;
    runAll(invalidator.drops().attributes);
    assertEquals(List.of("epoch"), sent);
    assertEquals(1, applied);
    runAll(invalidator.drops().names);
    assertEquals(List.of("epoch"), sent);
  }

  @Test
  void aNameThatWentWithItsInodeIsToldAsRemoved() {
    tell(ROOT, NAME);
    change(false, entry(Optional.empty()), new VolumeChange.InodeRemoved(FILE));
    runAll(invalidator.drops().names);
    assertEquals(List.of("removed name"), sent);
  }

  @Test
  void pagesThatARequestHoldsAreNotWaitedForButNotKeptByTheNextOpen() {
    inodes.add(FILE);
    open(FILE, file("old"));
    CacheTicket read = caching.newTicket();
    read.begin(FILE);
    read.locksPages(FILE);
    change(false, new VolumeChange.AttributesChanged(FILE, file("new")));
    millis += BLOCKED_MILLIS;
    runAll(invalidator.drops().attributes);
    assertEquals(List.of("attributes 7"), sent);
    assertEquals(1, applied);
    assertFalse(open(FILE, file("new")));
    assertFalse(open(FILE, file("new")));
    runAll(invalidator.drops().pages);
    assertTrue(open(FILE, file("new")));
  }

  @Test
  void pagesThatNoRequestHoldsAllTheTimeAreWaitedForHoweverSlowTheMachineIs() {
    inodes.add(FILE);
    open(FILE, file("old"));
    CacheTicket before = caching.newTicket();
    before.locksPages(FILE);
    change(false, new VolumeChange.AttributesChanged(FILE, file("new")));
    before.end();
    caching.newTicket().locksPages(OTHER);
    for (int i = 0; i < 10; i++) {
      CacheTicket passing = caching.newTicket();
      passing.locksPages(FILE);
      millis += BLOCKED_MILLIS;
      runAll(invalidator.drops().attributes);
      passing.end();
    }
    assertEquals(0, applied);
    runAll(invalidator.drops().pages);
    assertEquals(1, applied);
  }

  @Test
  void pagesAreWaitedForOnlySoLong() {
    inodes.add(FILE);
    open(FILE, file("old"));
    change(false, new VolumeChange.AttributesChanged(FILE, file("new")));
    for (int waited = 0; waited < STAGED_MILLIS; waited += BLOCKED_MILLIS) {
      assertEquals(0, applied);
      millis += BLOCKED_MILLIS;
      runAll(invalidator.drops().attributes);
    }
    assertEquals(1, applied);
  }

  private boolean open(InodeId inode, Attributes attributes) {
    CacheTicket ticket = caching.newTicket();
    ticket.begin(inode);
    return ticket.pagesAreTrue(inode, attributes);
  }

  @Test
  void pagesAreKeptByAnOpenAfterWhatThisNodeHasWritten() {
    inodes.add(FILE);
    open(FILE, file("old"));
    change(true, new VolumeChange.AttributesChanged(FILE, file("new")));
    assertTrue(open(FILE, file("new")));
  }

  @Test
  void whatThisNodeChangesIsSettledBeforeItsAnswer() {
    inodes.add(FILE);
    change(true, entry(Optional.of(FILE)), new VolumeChange.AttributesChanged(FILE, file("a")));
    assertEquals(1, applied);
    assertEquals(List.of(), sent);
    caching.settle();
    assertEquals(List.of("attributes 7"), sent);
  }

  @Test
  void tooManyNotificationsAreReplacedByOneThatDropsEverything() {
    inodes.add(FILE);
    for (int i = 0; i <= MAX_PENDING; i++) {
      change(false, new VolumeChange.XattrChanged(FILE));
    }
    sent.clear();
    assertEquals(0, applied);
    runAll(invalidator.drops().attributes);
    runAll(invalidator.drops().pages);
    assertTrue(sent.contains("epoch"));
    assertTrue(sent.contains("pages 7"));
    assertEquals(lastCommit, applied);
    change(false, new VolumeChange.XattrChanged(FILE));
    runAll(invalidator.drops().attributes);
    assertEquals(lastCommit, applied);
  }

  @Test
  void afterAResetTheKernelKeepsNothingOfBefore() {
    inodes.add(FILE);
    open(FILE, file("a"));
    CacheTicket early = caching.newTicket();
    early.begin(ROOT);
    lastCommit = 40;
    invalidator.reset(new CommitNumber(lastCommit));
    runAll(invalidator.drops().attributes);
    runAll(invalidator.drops().pages);
    assertTrue(sent.containsAll(List.of("epoch", "pages 7", "pages 1")));
    assertEquals(lastCommit, applied);
    assertEquals(Validity.NONE, early.attributes(FILE));
    assertEquals(Validity.NONE, early.name(ROOT, NAME));
    assertFalse(open(FILE, file("a")));
  }

  @Test
  void aNodeThatHasLostItsServerLetsTheKernelKeepNothing() {
    inodes.add(FILE);
    caching.setCurrent(false);
    invalidator.distrust();
    runAll(invalidator.drops().attributes);
    assertTrue(sent.containsAll(List.of("epoch", "attributes 7", "attributes 1")));
    CacheTicket ticket = caching.newTicket();
    ticket.begin(ROOT);
    assertEquals(Validity.NONE, ticket.name(ROOT, NAME));
    assertEquals(Validity.NONE, ticket.attributes(FILE));
    assertEquals(Answers.KEEP_CACHE, ticket.directoryFlags(ROOT));
  }

  @Test
  void bytesThatWereAppendedElsewhereThanTheirWriterThinksDropThePages() {
    inodes.add(FILE);
    open(FILE, file("a"));
    invalidator.appendsMoved(FILE);
    runAll(invalidator.drops().pages);
    assertEquals(List.of("pages 7"), sent);
    assertFalse(open(FILE, file("a")));
  }

  @Test
  void anInodeThatIsForgottenWhileAnAnswerNamesItIsDroppedAgain() {
    inodes.add(FILE);
    caching.forgottenInPart(FILE);
    runAll(invalidator.drops().attributes);
    assertEquals(List.of("attributes 7"), sent);
  }

  @Test
  void aReadThatAChangeOverlapsIsNoticed() {
    CacheTicket ticket = caching.newTicket();
    ticket.begin(FILE);
    assertTrue(ticket.held(FILE));
    change(false, new VolumeChange.AttributesChanged(FILE, file("new")));
    assertFalse(ticket.held(FILE));
  }
}
