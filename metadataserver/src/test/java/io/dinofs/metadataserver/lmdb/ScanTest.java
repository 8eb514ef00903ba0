package io.dinofs.metadataserver.lmdb;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.store.VolumeScan;
import io.dinofs.store.Volumes;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scan means for LMDB, whose map can't grow while it is read. */
final class ScanTest {
  private static final LmdbSettings SMALL_MAP =
      new LmdbSettings(4 << 20, 1 << 20, Duration.ofHours(1), 1 << 20, 10_000);

  private final Volumes.Committer committer = new Volumes.Committer(NodeId.random());
  @TempDir private Path directory;

  @Test
  void aScanThatIsOpenDoesNotKeepTheMapFromGrowing() throws Exception {
    try (LmdbVersionedStore store = LmdbVersionedStore.open(directory, SMALL_MAP)) {
      put(store, 0);
      store.checkpoint();
      try (VolumeScan scan = store.scan()) {
        assertFalse(scan.next().isEmpty());
        long before = store.mapBytes();
        for (int i = 1; store.mapBytes() == before; i++) {
          put(store, i);
          store.checkpoint();
        }
        DinofsException gone = assertThrows(DinofsException.class, scan::next);
        assertEquals(ErrorKind.STALE, gone.kind());
      }
      try (VolumeScan again = store.scan()) {
        assertEquals(store.statistics().newest(), again.at());
        assertFalse(again.next().isEmpty());
      }
    }
  }

  @Test
  void aScanOutlivesCheckpointsOfWhatItShows() throws Exception {
    LmdbSettings settings = LmdbSettings.DEFAULT;
    try (LmdbVersionedStore store = LmdbVersionedStore.open(directory, settings)) {
      put(store, 0);
      store.checkpoint();
      put(store, 1);
      try (VolumeScan scan = store.scan()) {
        put(store, 2);
        store.checkpoint();
        put(store, 3);
        store.checkpoint();
        long values = 0;
        for (var page = scan.next(); !page.isEmpty(); page = scan.next()) {
          values += page.stream().filter(record -> record.key().inode().value() >= 10).count();
        }
        assertEquals(2, values);
      }
    }
  }

  @Test
  void aStoreIsClosedThoughAScanIsOpen() throws Exception {
    VolumeScan scan;
    try (LmdbVersionedStore store = LmdbVersionedStore.open(directory, SMALL_MAP)) {
      scan = store.scan();
    }
    assertEquals(ErrorKind.CLOSED, assertThrows(DinofsException.class, scan::next).kind());
    scan.close();
    assertTrue(directory.toFile().isDirectory());
  }

  private void put(LmdbVersionedStore store, long number) throws DinofsException {
    Bytes value = Bytes.wrap(new byte[60_000]);
    store.commit(committer.of(putNew(xattr(10 + number, "x"), value)));
  }
}
