package io.dinofs.store.blob;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.store.BlobStore;
import io.dinofs.store.BlobStoreContract;
import io.dinofs.store.Key;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

final class ContentAddressedFileStoreTest extends BlobStoreContract {
  @TempDir private Path directory;
  private DiskStore disk;

  @Override
  protected BlobStore open() throws Exception {
    disk = DiskStore.open(directory, Durability.PROCESS_CRASH_ONLY);
    return new ContentAddressedFileStore(disk);
  }

  @Override
  protected Optional<BlobStore> reopen() throws Exception {
    return Optional.of(open());
  }

  @Override
  protected boolean corrupt(BlobKey key, Bytes wrong) throws Exception {
    disk.put(Key.ofBlob(key), wrong);
    return true;
  }
}
