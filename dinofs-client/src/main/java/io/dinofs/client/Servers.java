package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.config.HostAndPort;
import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import io.dinofs.remote.blob.HttpCollectableStore;
import io.dinofs.remote.blob.HttpStore;
import io.dinofs.remote.blob.HttpStoreSettings;
import io.dinofs.remote.metadata.RemoteSettings;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.BlobStore;
import io.dinofs.store.CollectableBlobs;
import io.dinofs.store.blob.ContentAddressedStore;
import io.dinofs.wire.Consistency;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Connections of commands that do not mount. */
final class Servers {
  private Servers() {}

  /**
   * The volume of a metadata server, read without a cache. Nobody waits for the command.
   *
   * @throws DinofsException as {@link RemoteVersionedStore#connect}
   */
  static RemoteVersionedStore metadata(HostAndPort address, Access access, Duration timeout)
      throws DinofsException {
    return RemoteVersionedStore.connect(
        new RemoteSettings(
            address.host(),
            address.port(),
            NodeId.random(),
            Consistency.PUSH,
            Optional.empty(),
            timeout,
            access));
  }

  /**
   * The blobs of a blob server or a bucket, each verified when it is read, without a cache.
   *
   * @throws DinofsException INVALID for a bucket of which region or credentials are not to be had
   */
  static BlobStore blobs(URI address, Access access, Duration timeout) throws DinofsException {
    return new ContentAddressedStore(
        RemoteBlobs.isBucket(address)
            ? RemoteBlobs.bucket(address, timeout, timeout)
            : new HttpStore(HttpStoreSettings.of(address, access, timeout)));
  }

  /** As {@link #blobs}, but a blob that has not come yet is not waited for. */
  static BlobStore blobsNow(URI address, Access access, Duration timeout) throws DinofsException {
    return new ContentAddressedStore(
        RemoteBlobs.isBucket(address)
            ? RemoteBlobs.bucket(address, timeout, Duration.ZERO)
            : new HttpStore(
                new HttpStoreSettings(address, access, timeout, timeout, Duration.ZERO, 3)));
  }

  /**
   * The blob server or bucket as those see it who look after it.
   *
   * @throws DinofsException as {@link #blobs}
   */
  static CollectableBlobs collectable(URI address, Access access, Duration timeout)
      throws DinofsException {
    return RemoteBlobs.isBucket(address)
        ? RemoteBlobs.bucket(address, timeout, Duration.ZERO)
        : new HttpCollectableStore(HttpStoreSettings.of(address, access, timeout));
  }
}
