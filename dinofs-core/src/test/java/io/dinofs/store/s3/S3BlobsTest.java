package io.dinofs.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.store.CollectableStore;
import io.dinofs.store.CollectableStore.Deletion;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import io.dinofs.store.StoreContract;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class S3BlobsTest extends StoreContract {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private S3Location location;

  @Override
  protected Store open() throws Exception {
    location = S3Server.newLocation(S3Server.get().endpoint());
    return S3Blobs.open(location, LIMIT, Duration.ZERO);
  }

  @Override
  protected Optional<Store> reopen() throws Exception {
    return Optional.of(S3Blobs.open(location, LIMIT, Duration.ZERO));
  }

  @Override
  protected Key key(int number) {
    return Key.ofBlob(BlobKey.of(value(number).asBuffer()));
  }

  @Override
  protected boolean takesAnyKeyAndValue() {
    return false;
  }

  @Test
  void whatHasNotTheHashThatItsKeySaysIsRefused() throws Exception {
    assertFails(ErrorKind.CORRUPT, () -> store.put(key(1), value(2)));
    assertFails(ErrorKind.INVALID, () -> store.put(Key.of("no-blob"), value(2)));
    assertEquals(Optional.empty(), store.get(key(1)));
  }

  @Test
  void aBlobThatIsThereIsNotWrittenAgain() throws Exception {
    try (Store plain = S3Store.open(location, LIMIT)) {
      plain.put(key(1), Bytes.utf8("what was there before"));
      store.put(key(1), value(1));
      assertEquals(Optional.of(Bytes.utf8("what was there before")), plain.get(key(1)));
    }
  }

  @Test
  void aBlobThatIsUnderWayIsWaitedFor() throws Exception {
    try (Store waiting = S3Blobs.open(location, LIMIT, LIMIT)) {
      CompletableFuture<Optional<Bytes>> get =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return waiting.get(key(1));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      store.get(key(1));
      store.put(key(1), value(1));
      assertEquals(Optional.of(value(1)), get.get(60, TimeUnit.SECONDS));
    }
  }

  private S3Blobs blobs() {
    return (S3Blobs) store;
  }

  private List<Key> stored() throws Exception {
    List<Key> keys = new ArrayList<>();
    for (int part = 0; part < CollectableStore.PARTS; part++) {
      blobs().forEachStored(part, stored -> keys.add(stored.key()));
    }
    return keys;
  }

  @Test
  void whatIsOldEnoughIsDeletedAndNothingElse() throws Exception {
    store.put(key(1), value(1));
    store.put(key(2), value(2));
    blobs().addVolume(VolumeId.random());
    assertEquals(Set.of(key(1), key(2)), Set.copyOf(stored()));
    assertEquals(Deletion.TOO_YOUNG, blobs().deleteOlder(key(1), Duration.ofHours(1)));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
    assertEquals(Deletion.DELETED, blobs().deleteOlder(key(1), Duration.ZERO));
    assertEquals(Deletion.ABSENT, blobs().deleteOlder(key(1), Duration.ZERO));
    assertEquals(List.of(key(2)), stored());
    store.put(key(1), value(1));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
  }

  @Test
  void agesAreToldByTheClockOfTheBucket() throws Exception {
    store.put(key(1), value(1));
    Duration difference = Duration.between(blobs().now(), Instant.now()).abs();
    assertTrue(difference.compareTo(Duration.ofMinutes(1)) < 0, "it is this machine's clock");
    int part = key(1).asBlob().orElseThrow().digest().at(0) & 0xff;
    blobs()
        .forEachStored(
            part,
            stored -> {
              assertEquals(value(1).length(), stored.bytes());
              assertTrue(stored.age().compareTo(Duration.ofMinutes(1)) < 0, stored::toString);
            });
    assertFails(ErrorKind.INVALID, () -> blobs().forEachStored(256, stored -> {}));
  }

  @Test
  void theVolumesThatUseItAreKnown() throws Exception {
    VolumeId one = VolumeId.random();
    VolumeId other = VolumeId.random();
    blobs().addVolume(one);
    blobs().addVolume(other);
    assertEquals(Set.of(one, other), blobs().volumes());
    blobs().removeVolume(one);
    assertEquals(Set.of(other), blobs().volumes());
    assertFails(ErrorKind.NOT_FOUND, () -> blobs().removeVolume(one));
  }

  /** The mark of a collection that has seen an old blob, and deletes it while it is put again. */
  @Test
  void whatIsPutWhileItIsBeingDeletedIsThereAfterwards() throws Exception {
    store.put(key(1), value(1));
    String name = key(1).toString();
    try (S3Bucket bucket = new S3Bucket(location, LIMIT)) {
      bucket.put("gc/" + name, Bytes.EMPTY, false);
      CompletableFuture<Void> put =
          CompletableFuture.runAsync(
              () -> {
                try {
                  store.put(key(1), value(1));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertEquals(
          Deletion.TOO_YOUNG,
          blobs().deleteOlder(key(1), Duration.ZERO),
          "one collection at a time");
      assertFalse(put.isDone());
      bucket.delete(name);
      bucket.delete("gc/" + name);
      put.get(60, TimeUnit.SECONDS);
      assertEquals(Optional.of(value(1)), store.get(key(1)));
    }
  }

  @Test
  void aPutEndsWhenADeletionDoesNot() throws Exception {
    try (S3Bucket bucket = new S3Bucket(location, LIMIT);
        Store hasty = S3Blobs.open(location, Duration.ofSeconds(2), Duration.ZERO)) {
      bucket.put("gc/" + key(1), Bytes.EMPTY, false);
      assertFails(ErrorKind.UNAVAILABLE, () -> hasty.put(key(1), value(1)));
    }
  }
}
