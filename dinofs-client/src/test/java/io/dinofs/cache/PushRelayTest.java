package io.dinofs.cache;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.text;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKey;
import io.dinofs.store.VersionedStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of a push through the cache to its subscriber, and of what was applied back. */
class PushRelayTest {
  private static final RecordKey KEY = xattr(5, "k");

  private CacheFixture volume;

  @BeforeEach
  void openVolume() throws Exception {
    volume = new CacheFixture();
  }

  @AfterEach
  void closeVolume() throws Exception {
    volume.close();
  }

  private static final class Told implements VersionedStore.CommitListener {
    private final List<CommitNumber> commits = new ArrayList<>();
    private final List<CommitNumber> resets = new ArrayList<>();

    @Override
    public void committed(CommittedChange change) {
      commits.add(change.number());
    }

    @Override
    public void reset(CommitNumber at) {
      resets.add(at);
    }
  }

  @Test
  void withoutASubscriberWhatTheCacheHasAppliedIsAppliedAtOnce() throws Exception {
    CommitNumber number = volume.commitElsewhere(putNew(KEY, "v")).number();
    assertEquals(number, volume.connection.lastApplied());
  }

  @Test
  void aCommitIsAppliedWhenTheSubscriberSaysSo() throws Exception {
    Told told = new Told();
    CommitNumber before = volume.connection.lastApplied();
    try (var subscription = volume.store.subscribe(CommitNumber.NONE, told)) {
      assertEquals(List.of(before), told.resets);
      CommitNumber number = volume.commitElsewhere(putNew(KEY, "v")).number();
      assertEquals(List.of(number), told.commits);
      assertEquals(before, volume.connection.lastApplied());
      subscription.applied(number);
      assertEquals(number, volume.connection.lastApplied());
    }
  }

  @Test
  void whatASubscriberLeavesOpenIsAppliedWhenItCloses() throws Exception {
    CommitNumber number;
    try (var subscription = volume.store.subscribe(CommitNumber.NONE, new Told())) {
      number = volume.commitElsewhere(putNew(KEY, "v")).number();
      assertTrue(subscription.isCurrent());
    }
    assertEquals(number, volume.connection.lastApplied());
  }

  @Test
  void theCacheHasAppliedACommitBeforeItsSubscriberIsTold() throws Exception {
    volume.get(KEY);
    List<String> seen = new ArrayList<>();
    VersionedStore.CommitListener listener =
        new VersionedStore.CommitListener() {
          @Override
          public void committed(CommittedChange change) {
            try {
              seen.add(volume.inBackground(() -> text(volume.get(KEY))).get());
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public void reset(CommitNumber at) {}
        };
    try (var subscription = volume.store.subscribe(CommitNumber.NONE, listener)) {
      assertTrue(subscription.isCurrent());
      volume.commitElsewhere(putNew(KEY, "v"));
    }
    assertEquals(List.of("v"), seen);
  }

  @Test
  void thereIsOneSubscriberAtATime() throws Exception {
    try (var subscription = volume.store.subscribe(CommitNumber.NONE, new Told())) {
      assertTrue(subscription.isCurrent());
      DinofsException refused =
          assertThrows(
              DinofsException.class, () -> volume.store.subscribe(CommitNumber.NONE, new Told()));
      assertEquals(ErrorKind.BUSY, refused.kind());
    }
    volume.store.subscribe(CommitNumber.NONE, new Told()).close();
  }

  @Test
  void aResetForgetsEverythingAndIsHandedOn() throws Exception {
    volume.commitElsewhere(putNew(KEY, "v"));
    volume.get(KEY);
    Told told = new Told();
    try (var subscription = volume.store.subscribe(CommitNumber.NONE, told)) {
      volume.connection.loseContinuity();
      assertEquals(2, told.resets.size());
      subscription.applied(told.resets.get(1));
      assertEquals(0, volume.store.cachedBytes());
      assertEquals("v", text(volume.get(KEY)));
      assertEquals(2, volume.connection.reads());
    }
  }

  @Test
  void whatIsCachedStaysTrueWhenASubscriberGoesOnFromAnEarlierCommit() throws Exception {
    CommitNumber first = volume.commitElsewhere(putNew(KEY, "1")).number();
    volume.get(KEY);
    volume.writeElsewhere(KEY, "2");
    CommitNumber last = volume.writeElsewhere(KEY, "3").number();
    Told told = new Told();
    try (var subscription = volume.store.subscribe(first, told)) {
      assertTrue(subscription.isCurrent());
      assertEquals(List.of(), told.resets);
      assertEquals(last, told.commits.get(told.commits.size() - 1));
      assertEquals("3", text(volume.get(KEY)));
      volume.writeElsewhere(KEY, "4");
      assertEquals("4", text(volume.get(KEY)));
    }
  }

  @Test
  void anOwnCommitIsSeenEvenIfItsPushIsLate() throws Exception {
    volume.get(KEY);
    volume.connection.holdPushes();
    CommitNumber own = volume.commit(putNew(KEY, "mine")).number();
    assertEquals("mine", text(volume.get(KEY)));
    assertFalse(own.isAfter(volume.store.get(List.of(KEY), WITHOUT).at()));
    volume.connection.releasePushes();
    assertEquals("mine", text(volume.get(KEY)));
    volume.writeElsewhere(KEY, "theirs");
    assertEquals("theirs", text(volume.get(KEY)));
  }

  private static final VersionedStore.Children WITHOUT = VersionedStore.Children.WITHOUT_ATTRIBUTES;
}
