package io.dinofs.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import io.dinofs.store.s3.FaultyGate.Fault;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class S3FaultsTest {
  private static final Bytes VALUE = Bytes.utf8("value");
  private static final Key KEY = Key.ofBlob(BlobKey.of(VALUE.asBuffer()));

  private FaultyGate gate;
  private S3Location location;
  private Store store;

  @BeforeEach
  void open() throws Exception {
    gate = new FaultyGate(S3Server.get().endpoint());
    location = S3Server.newLocation(gate.endpoint());
    store = S3Blobs.open(location, Duration.ofSeconds(60), Duration.ZERO);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    gate.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR_500", "ERROR_503", "LOST_ANSWER"})
  void whatFailsTwiceIsDoneAtTheThirdTime(Fault fault) throws Exception {
    gate.failNext(2, fault);
    store.put(KEY, VALUE);
    gate.failNext(2, fault);
    assertEquals(Optional.of(VALUE), store.get(KEY));
    assertEquals(3, gate.requests());
  }

  @Test
  void aServerThatOnlyFailsIsUnavailableAfterSomeAttempts() throws Exception {
    gate.failNext(Integer.MAX_VALUE, Fault.ERROR_503);
    assertUnavailable(store);
    assertTrue(gate.requests() > 2 && gate.requests() <= 10, "requests: " + gate.requests());
    gate.failNext(0, Fault.ERROR_503);
    store.put(KEY, VALUE);
    assertEquals(Optional.of(VALUE), store.get(KEY));
  }

  @Test
  void aServerThatDoesNotAnswerIsWaitedForUpToTheLimit() throws Exception {
    gate.failNext(Integer.MAX_VALUE, Fault.NO_ANSWER);
    try (Store impatient = S3Blobs.open(location, Duration.ofSeconds(1), Duration.ZERO)) {
      assertUnavailable(impatient);
    }
  }

  @Test
  void aBucketThatIsNotThereIsNamed() throws Exception {
    S3Location nowhere = new S3Location("nowhere", "", location.endpoint(), Optional.empty(), true);
    try (Store none = S3Store.open(nowhere, Duration.ofSeconds(60))) {
      DinofsException failure = assertThrows(DinofsException.class, () -> none.get(KEY));
      assertTrue(failure.getMessage().startsWith("s3://nowhere/"), failure.getMessage());
    }
  }

  private static void assertUnavailable(Store store) {
    for (int i = 0; i < 2; i++) {
      boolean put = i == 0;
      DinofsException failure =
          assertThrows(
              DinofsException.class,
              () -> {
                if (put) {
                  store.put(KEY, VALUE);
                } else {
                  store.get(KEY);
                }
              });
      assertEquals(ErrorKind.UNAVAILABLE, failure.kind(), failure.getMessage());
    }
  }
}
