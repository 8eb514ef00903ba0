package io.dinofs.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import io.dinofs.store.StoreContract;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
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
}
