package io.dinofs.store.versioned;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.ControlledStore;
import io.dinofs.store.GroupCommitStore.Accepted;
import io.dinofs.store.GroupCommitStore.Outcome;
import io.dinofs.store.GroupCommitStore.Refused;
import io.dinofs.store.Key;
import io.dinofs.store.StaleException;
import io.dinofs.store.memory.MemoryStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WrapperGroupTest {
  private static final NodeId NODE = NodeId.random();

  private final ControlledStore below = new ControlledStore(new MemoryStore());
  private VersionedStoreWrapper store;
  private long count;

  @BeforeEach
  void open() throws Exception {
    store = VersionedStoreWrapper.open(below);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private Commit newXattr(String name) {
    return new Commit(new CommitId(NODE, ++count), List.of(putNew(xattr(9, name), name)));
  }

  private static List<RecordKey> told(Outcome outcome) {
    return ((Accepted) outcome)
        .change().orElseThrow().records().stream().map(VersionedRecord::key).toList();
  }

  @Test
  void eachCommitOfAGroupHasItsOutcome() throws Exception {
    Commit a = newXattr("a");
    List<Outcome> outcomes = store.commitAll(List.of(a, newXattr("a"), newXattr("b"), a));
    assertEquals(List.of(xattr(9, "a")), told(outcomes.get(0)));
    assertInstanceOf(StaleException.class, ((Refused) outcomes.get(1)).reason());
    assertEquals(List.of(xattr(9, "b")), told(outcomes.get(2)));
    assertEquals(Optional.empty(), ((Accepted) outcomes.get(3)).change());
  }

  @Test
  void theKeysThatWereChangedAreKnownAsLongAsTheStoreIsOpen() throws Exception {
    CommitNumber before = store.statistics().newest();
    store.commitAll(List.of(newXattr("a"), newXattr("b")));
    assertEquals(Optional.of(List.of(xattr(9, "a"), xattr(9, "b"))), store.changedAfter(before, 2));
    assertEquals(Optional.empty(), store.changedAfter(before, 1));
  }

  @Test
  void aCommitThatTheStoreDoesNotTakeIsRefusedAndTheNextOneIsNot() throws Exception {
    below.failNextPuts(1);
    List<Outcome> outcomes = store.commitAll(List.of(newXattr("a"), newXattr("b")));
    assertEquals(ErrorKind.UNAVAILABLE, ((Refused) outcomes.get(0)).reason().kind());
    assertEquals(List.of(xattr(9, "b")), told(outcomes.get(1)));
  }

  @Test
  void aCommitInWhoseMiddleTheStoreFailsIsToldWhenItAnswersAgain() throws Exception {
    below.refuse(Key.of("header"));
    CompletableFuture<List<Outcome>> group =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return store.commitAll(List.of(newXattr("a"), newXattr("b")));
              } catch (DinofsException e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> below.puts().stream().filter(Key.of("header")::equals).count() > 2);
    assertThrows(DinofsException.class, () -> store.statistics());
    below.acceptAll();
    store.statistics(); // a reader may find out first
    List<Outcome> outcomes = group.get(20, TimeUnit.SECONDS);
    assertEquals(List.of(xattr(9, "a")), told(outcomes.get(0)));
    assertEquals(List.of(xattr(9, "b")), told(outcomes.get(1)));
  }

  @Test
  void closingEndsAWaitForTheStore() throws Exception {
    below.refuse(Key.of("header"));
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    CompletableFuture<List<Outcome>> group =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return store.commitAll(List.of(newXattr("a")));
              } catch (DinofsException e) {
                end.complete(e);
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> below.puts().stream().filter(Key.of("header")::equals).count() > 2);
    store.close();
    assertEquals(ErrorKind.CLOSED, ((DinofsException) end.get(20, TimeUnit.SECONDS)).kind());
    assertThrows(ExecutionException.class, group::get);
  }
}
