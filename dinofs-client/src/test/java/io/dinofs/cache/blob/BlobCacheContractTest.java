package io.dinofs.cache.blob;

import static org.awaitility.Awaitility.await;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.remote.blob.HttpStore;
import io.dinofs.remote.blob.HttpStoreSettings;
import io.dinofs.remote.blob.RunningBlobServer;
import io.dinofs.store.BlobStore;
import io.dinofs.store.BlobStoreContract;
import io.dinofs.store.Key;
import io.dinofs.store.paired.PairedOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The cache over a real blob server. */
final class BlobCacheContractTest extends BlobStoreContract {
  @TempDir private Path directory;
  private RunningBlobServer server;

  @Override
  protected BlobStore open() throws Exception {
    server = RunningBlobServer.start(directory.resolve("server"));
    return openCache();
  }

  private BlobCache openCache() throws IOException {
    HttpStore store =
        new HttpStore(
            new HttpStoreSettings(
                server.uri(), Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ZERO, 3));
    return BlobCache.open(
        directory.resolve("cache"),
        new BlobCache.BlobServer(server.uri().toString(), store),
        CacheLimit.HALF_OF_FREE,
        PairedOptions.DEFAULT.withCloseLimit(Duration.ofMillis(100)));
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
  }

  @Override
  protected Optional<BlobStore> reopen() throws Exception {
    return Optional.of(openCache());
  }

  /** Here and on the server, so that it cannot be healed. */
  @Override
  protected boolean corrupt(BlobKey key, Bytes wrong) throws Exception {
    await().until(() -> server.disk().get(Key.ofBlob(key)).isPresent());
    server.disk().put(Key.ofBlob(key), wrong);
    try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
      Path local = files.filter(file -> file.endsWith(key.toHex())).findFirst().orElseThrow();
      Files.write(local, wrong.toArray());
    }
    return true;
  }
}
