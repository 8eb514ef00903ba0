package io.dinofs.metadataserver.lmdb;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.ScannableStoreContract;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on disk keeps the contract, with checkpoints all the time. */
final class LmdbVersionedStoreTest extends ScannableStoreContract {
  private static final LmdbSettings SMALL =
      new LmdbSettings(1 << 20, 4096, Duration.ofMillis(20), 64 << 20, 10_000);

  @TempDir private Path directory;

  @Override
  protected VersionedStore open() throws Exception {
    return LmdbVersionedStore.open(directory, SMALL);
  }

  @Override
  protected Optional<VersionedStore> reopen() throws Exception {
    return Optional.of(open());
  }

  @Test
  void commitsWaitUntilThoseBeforeThemAreMoved() throws Exception {
    Bytes large = Bytes.wrap(new byte[VersionedRecord.MAX_VALUE_BYTES]);
    for (int i = 0; i < 20; i++) {
      RecordKey key = xattr(1000 + i, "large");
      commit(putNew(key, large));
      assertEquals(Optional.of(large), get(key).value());
    }
  }

  @Test
  void theRootOfANewVolumeBelongsToWhoHasTheDataDirectory() throws Exception {
    Path data = Files.createDirectory(directory.resolve("new"));
    if (Files.getAttribute(data, "unix:uid").equals(0)) {
      Files.setAttribute(data, "unix:uid", 1234);
      Files.setAttribute(data, "unix:gid", 1235);
    }
    try (VersionedStore volume = LmdbVersionedStore.open(data, SMALL)) {
      RecordKey key = RecordKey.attributes(InodeId.ROOT);
      VersionedRecord record =
          volume.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
      Attributes root = AttributesCodec.decode(record.value().orElseThrow());
      assertEquals(Files.getAttribute(data, "unix:uid"), root.uid());
      assertEquals(Files.getAttribute(data, "unix:gid"), root.gid());
    }
  }
}
