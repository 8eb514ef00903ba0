package io.dinofs.cache;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.text;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What a node does that may have missed pushes. */
class CurrencyTest {
  private static final RecordKey KEY = xattr(5, "k");
  private static final long SHORT_MILLIS = 50;

  @Test
  void aReadWaitsUntilTheNodeIsCurrentAgain() throws Exception {
    for (OfflineMode mode : OfflineMode.values()) {
      try (CacheFixture volume = fixture(mode, Caches.TIMEOUT_MILLIS)) {
        volume.writeElsewhere(KEY, "old");
        volume.get(KEY);
        volume.connection.disconnect();
        volume.writeElsewhere(KEY, "new");
        Future<VersionedRecord> reader = volume.inBackground(() -> volume.get(KEY));
        await().until(volume.connection::isAwaited);
        assertFalse(reader.isDone());
        volume.connection.reconnect();
        assertEquals("new", text(CacheFixture.result(reader)));
        assertEquals(1, volume.connection.reads());
      }
    }
  }

  @Test
  void whatIsCachedIsServedWhileTheServerIsAway() throws Exception {
    try (CacheFixture volume = fixture(OfflineMode.READ, SHORT_MILLIS)) {
      volume.writeElsewhere(KEY, "v");
      volume.get(KEY);
      volume.connection.disconnect();
      assertEquals("v", text(volume.get(KEY)));
      assertEquals("v", text(volume.get(KEY)));
      assertUnavailable(() -> volume.get(attributes(1)));
      volume.connection.reconnect();
      volume.get(attributes(1));
    }
  }

  @Test
  void nothingIsServedWhileTheServerIsAwayIfReadsAreToWait() throws Exception {
    try (CacheFixture volume = fixture(OfflineMode.WAIT, SHORT_MILLIS)) {
      volume.writeElsewhere(KEY, "v");
      volume.get(KEY);
      volume.connection.disconnect();
      assertUnavailable(() -> volume.get(KEY));
      volume.connection.reconnect();
      assertEquals("v", text(volume.get(KEY)));
    }
  }

  @Test
  void aNodeThatWaitedInVainStillWaitsInTheNextOutage() throws Exception {
    try (CacheFixture volume = fixture(OfflineMode.READ, SHORT_MILLIS)) {
      volume.writeElsewhere(KEY, "1");
      volume.get(KEY);
      volume.connection.disconnect();
      volume.get(KEY);
      volume.connection.reconnect();
      volume.get(KEY);
      int waits = volume.connection.waits();
      volume.connection.disconnect();
      volume.get(KEY);
      assertEquals(waits + 1, volume.connection.waits());
    }
  }

  @Test
  void aCallThatJoinedARequestFailsWithIt() throws Exception {
    try (CacheFixture volume = fixture(OfflineMode.READ, Caches.TIMEOUT_MILLIS)) {
      ControllableStore.Hold hold = volume.connection.holdNextAnswer();
      volume.connection.failNextAnswer();
      Future<VersionedRecord> first = volume.inBackground(() -> volume.get(KEY));
      hold.awaitRead();
      Future<VersionedRecord> second = volume.inBackground(() -> volume.get(KEY));
      await().until(() -> volume.connection.currencyChecks() >= 2);
      hold.release();
      assertThrows(Exception.class, () -> CacheFixture.result(first));
      // It joined the request and fails with it, or came too late for that and asked itself.
      if (volume.connection.reads() == 1) {
        assertThrows(Exception.class, () -> CacheFixture.result(second));
      } else {
        CacheFixture.result(second);
      }
      volume.get(KEY);
    }
  }

  private static CacheFixture fixture(OfflineMode mode, long timeoutMillis) throws Exception {
    return new CacheFixture(new CacheSettings(Caches.ROOM, mode, timeoutMillis));
  }

  private static void assertUnavailable(org.junit.jupiter.api.function.Executable call) {
    assertEquals(ErrorKind.UNAVAILABLE, assertThrows(DinofsException.class, call).kind());
  }
}
