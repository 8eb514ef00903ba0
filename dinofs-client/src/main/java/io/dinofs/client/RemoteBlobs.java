package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VolumeId;
import io.dinofs.remote.blob.HttpStore;
import io.dinofs.remote.blob.HttpStoreSettings;
import io.dinofs.store.Capacity;
import io.dinofs.store.CollectableBlobs;
import io.dinofs.store.Store;
import io.dinofs.store.s3.S3Blobs;
import io.dinofs.store.s3.S3Location;
import java.net.URI;
import java.time.Duration;

/**
 * Where a volume's contents are: a blob server, or a bucket.
 *
 * @param store takes and gives blobs under their hexadecimal keys, and waits for those under way
 * @param capacity its room
 */
record RemoteBlobs(Store store, Capacity capacity) {
  /** What a bucket tells of itself, which knows no limit: statfs(2) has to say something. */
  private static final Capacity.Room ENDLESS = new Capacity.Room(1L << 50, 1L << 50);

  static final String S3 = "s3";

  /**
   * Opens them, and notes there that the volume uses them: a collection of garbage has to know all
   * that do.
   *
   * @param readOnly whether nothing may be noted: a volume whose contents are read was noted by who
   *     wrote them
   * @throws DinofsException UNAVAILABLE if there is no answer in time; what the note throws
   */
  static RemoteBlobs open(
      URI address, Access access, Duration timeout, VolumeId volume, boolean readOnly)
      throws DinofsException {
    if (isBucket(address)) {
      return inBucket(address, timeout, volume, readOnly);
    }
    HttpStore server = new HttpStore(HttpStoreSettings.of(address, access, timeout));
    if (!readOnly) {
      try (CollectableBlobs listed = Servers.collectable(address, access, timeout)) {
        listed.addVolume(volume);
      }
    }
    return new RemoteBlobs(server, server);
  }

  static boolean isBucket(URI address) {
    return S3.equals(address.getScheme());
  }

  /**
   * @param waitForBlob how long a get waits for a blob to come
   * @throws DinofsException as {@link S3Blobs#open}
   */
  static S3Blobs bucket(URI address, Duration timeout, Duration waitForBlob)
      throws DinofsException {
    return S3Blobs.open(S3Location.parse(address.toString()), timeout, waitForBlob);
  }

  private static RemoteBlobs inBucket(
      URI address, Duration timeout, VolumeId volume, boolean readOnly) throws DinofsException {
    S3Blobs bucket = bucket(address, timeout, timeout);
    try {
      if (!readOnly) {
        bucket.addVolume(volume);
      }
    } catch (DinofsException e) {
      bucket.close();
      throw e;
    }
    return new RemoteBlobs(bucket, () -> ENDLESS);
  }
}
