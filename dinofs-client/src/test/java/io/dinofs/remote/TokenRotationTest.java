package io.dinofs.remote;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.access.Access;
import io.dinofs.access.Gate;
import io.dinofs.access.Role;
import io.dinofs.access.Secret;
import io.dinofs.access.ShownToken;
import io.dinofs.access.TokenFile;
import io.dinofs.blobserver.BlobServer;
import io.dinofs.blobserver.BlobServerSettings;
import io.dinofs.metadataserver.MetadataServer;
import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.ServerMetrics;
import io.dinofs.metadataserver.StrictNodes;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.remote.blob.HttpStore;
import io.dinofs.remote.blob.HttpStoreSettings;
import io.dinofs.remote.metadata.RemoteSettings;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.Key;
import io.dinofs.store.Volumes;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.wire.Consistency;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's token is replaced while it works. */
final class TokenRotationTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path directory;
  private final NodeId node = NodeId.random();
  private final Volumes.Committer committer = new Volumes.Committer(node);
  private TokenFile register;
  private Path file;

  @BeforeEach
  void giveOutTheFirst() throws Exception {
    register = new TokenFile(directory.resolve("tokens"));
    file = directory.resolve("token");
    copy(register.add("node1", Role.NODE));
  }

  private void copy(Secret secret) throws Exception {
    Path next = directory.resolve("next");
    Files.writeString(next, secret.reveal());
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private Access access() throws Exception {
    return new Access(Optional.empty(), Optional.of(ShownToken.in(file)), false);
  }

  @Test
  void theMetadataServerTakesTheNewOneAndTheVolumeIsUsableAgain() throws Exception {
    try (MetadataServer server =
            new MetadataServer(
                new MemoryVersionedStore(),
                StrictNodes.FORGETFUL,
                StrictNodes.FORGETFUL,
                ANY,
                Duration.ofSeconds(5),
                ServerLimits.DEFAULT,
                Optional.empty(),
                Gate.of(register),
                ServerMetrics.unread());
        RemoteVersionedStore volume =
            RemoteVersionedStore.connect(
                new RemoteSettings(
                    "127.0.0.1",
                    server.address().getPort(),
                    node,
                    Consistency.PUSH,
                    Optional.empty(),
                    LIMIT,
                    access()))) {
      var before = volume.commit(committer.of(putNew(xattr(2, "before"), "value")));
      Secret second = register.replace("node1");
      await().atMost(LIMIT).until(() -> !isUsable(volume));
      copy(second);
      await().atMost(LIMIT).until(() -> isUsable(volume));
      var after = volume.commit(committer.of(putNew(xattr(2, "after"), "value")));
      assertEquals(before.number().value() + 1, after.number().value());
    }
  }

  private static boolean isUsable(RemoteVersionedStore volume) throws DinofsException {
    try {
      var unused = volume.statistics();
      return true;
    } catch (DinofsException e) {
      assertEquals(ErrorKind.ACCESS_DENIED, e.kind(), e::getMessage);
      return false;
    }
  }

  @Test
  void theBlobServerTakesTheNewOne() throws Exception {
    Bytes value = Bytes.utf8("contents");
    Key key = Key.ofBlob(BlobKey.of(value.asBuffer()));
    try (DiskStore disk = DiskStore.open(directory.resolve("blobs"), Durability.SYNCED);
        Gate gate = Gate.of(register);
        BlobServer server =
            BlobServer.start(BlobServerSettings.defaults(ANY), Optional.empty(), gate, disk);
        HttpStore blobs =
            new HttpStore(
                new HttpStoreSettings(
                    URI.create("http://127.0.0.1:" + server.address().getPort()),
                    access(),
                    LIMIT,
                    LIMIT,
                    Duration.ZERO,
                    3))) {
      blobs.put(key, value);
      Secret second = register.replace("node1");
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThrows(DinofsException.class, () -> blobs.get(key)));
      copy(second);
      await().atMost(LIMIT).ignoreExceptions().until(() -> blobs.get(key).isPresent());
    }
  }
}
