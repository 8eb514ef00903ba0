package io.dinofs.store.memory;

import static io.dinofs.store.Volumes.delete;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.Version;
import io.dinofs.model.VolumeId;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.RecordingListener;
import io.dinofs.store.ScannableStoreContract;
import io.dinofs.store.StaleException;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.Volumes;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MemoryVersionedStoreTest extends ScannableStoreContract {
  @Override
  protected VersionedStore open() {
    return new MemoryVersionedStore();
  }

  @Test
  void commitsOfAGroupBuildOnEachOther() throws Exception {
    GroupCommitStore group = (GroupCommitStore) store;
    Commit first = committer.of(putNew(xattr(9, "k"), "1"));
    Commit second = committer.of(putNew(xattr(9, "k"), "2"));
    Commit third = committer.of(putNew(xattr(9, "other"), "3"));
    List<GroupCommitStore.Outcome> outcomes = group.commitAll(List.of(first, second, third, first));
    var accepted = assertInstanceOf(GroupCommitStore.Accepted.class, outcomes.get(0));
    var refused = assertInstanceOf(GroupCommitStore.Refused.class, outcomes.get(1));
    assertEquals(
        List.of(get(xattr(9, "k"))),
        assertInstanceOf(StaleException.class, refused.reason()).current());
    assertInstanceOf(GroupCommitStore.Accepted.class, outcomes.get(2));
    var again = assertInstanceOf(GroupCommitStore.Accepted.class, outcomes.get(3));
    assertEquals(accepted.result(), again.result());
    assertTrue(accepted.change().isPresent());
    assertTrue(again.change().isEmpty());
  }

  @Test
  void changedKeysAreToldOnceOrNotAtAll() throws Exception {
    GroupCommitStore group = (GroupCommitStore) store;
    CommitNumber from = commit(putNew(xattr(9, "seen"), "1")).number();
    CommitNumber then = commit(putNew(xattr(9, "a"), "1"), putNew(xattr(9, "b"), "1")).number();
    commit(delete(xattr(9, "a"), Version.of(then)));
    assertEquals(Optional.of(List.of(xattr(9, "a"), xattr(9, "b"))), group.changedAfter(from, 2));
    assertEquals(Optional.empty(), group.changedAfter(from, 1));
    assertEquals(Optional.of(List.of()), group.changedAfter(then.next(), 1));
    assertEquals(Optional.empty(), group.changedAfter(then.next().next(), 1));
    assertEquals(Optional.empty(), group.changedAfter(CommitNumber.NONE, 100));
  }

  @Test
  void aSubscriberThatIsTooFarBehindStartsWithAReset() throws Exception {
    MemoryVersionedStore small = new MemoryVersionedStore(VolumeId.random(), Volumes.SOME_TIME, 5);
    CommitNumber seen = small.statistics().newest();
    for (int i = 0; i < 6; i++) {
      small.commit(committer.of(putNew(xattr(9, "k" + i), "v")));
    }
    RecordingListener listener = new RecordingListener();
    small.subscribe(seen, listener).close();
    assertEquals(List.of(small.statistics().newest()), listener.resets());
    RecordingListener resumed = new RecordingListener();
    small.subscribe(seen.next(), resumed).close();
    assertEquals(List.of(), resumed.resets());
    assertEquals(5, resumed.changes().size());
    small.close();
  }

  @Test
  void everySubscriberHasBeenToldWhenACommitReturns() throws Exception {
    RecordingListener one = new RecordingListener();
    RecordingListener two = new RecordingListener();
    CommitNumber newest = store.statistics().newest();
    store.subscribe(newest, one);
    store.subscribe(newest, two);
    inParallel(
        4,
        thread -> {
          for (int i = 0; i < 200; i++) {
            CommitNumber number = commit(putNew(xattr(9, thread + "-" + i), "v")).number();
            assertFalse(number.isAfter(one.newest()) || number.isAfter(two.newest()));
          }
          return null;
        });
    assertEquals(800, one.changes().size());
    assertEquals(one.changes(), two.changes());
  }

  @Test
  void aListenerThatFailsIsNotCurrentAnyMoreAndDisturbsNobody() throws Exception {
    RecordingListener healthy = new RecordingListener();
    CommitNumber newest = store.statistics().newest();
    var broken =
        store.subscribe(
            newest,
            new VersionedStore.CommitListener() {
              @Override
              public void committed(CommittedChange change) {
                throw new IllegalStateException("a test's listener fails");
              }

              @Override
              public void reset(CommitNumber at) {
                throw new IllegalStateException("a test's listener fails");
              }
            });
    store.subscribe(newest, healthy);
    commit(putNew(xattr(9, "k"), "v"));
    assertEquals(1, healthy.changes().size());
    assertFalse(broken.isCurrent());
  }
}
