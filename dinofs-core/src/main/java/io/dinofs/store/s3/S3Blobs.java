package io.dinofs.store.s3;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.model.Waiting;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.time.Duration;
import java.util.Optional;

/**
 * Blobs in a bucket, where nodes put and get them by themselves. Keys are blob keys as {@link
 * Key#ofBlob} writes them; others fail with INVALID.
 *
 * <p>A blob is written once (If-None-Match, RFC 9110 section 13.1.2) and hashed before. A get of a
 * blob that is not there asks again until it comes, within a limit. Nothing that was got is hashed
 * here: whoever reads through a {@link io.dinofs.store.BlobStore} does that. Safe for any number of
 * threads.
 */
public final class S3Blobs implements Store {
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 1000;

  private final S3Bucket bucket;
  private final Duration waitForBlob;

  private S3Blobs(S3Bucket bucket, Duration waitForBlob) {
    this.bucket = bucket;
    this.waitForBlob = waitForBlob;
  }

  /**
   * Asks the bucket nothing yet.
   *
   * @param limit how long a call may take, with all its attempts
   * @param waitForBlob how long a get waits for a blob to come
   * @throws DinofsException INVALID if region or credentials are not to be had
   */
  public static S3Blobs open(S3Location location, Duration limit, Duration waitForBlob)
      throws DinofsException {
    return new S3Blobs(new S3Bucket(location, limit), waitForBlob);
  }

  /**
   * Notes that a volume keeps its blobs there.
   *
   * @throws DinofsException as {@link #put}
   */
  public void addVolume(VolumeId volume) throws DinofsException {
    bucket.put("volumes/" + volume, Bytes.EMPTY, true);
  }

  @Override
  public void put(Key key, Bytes value) throws DinofsException {
    BlobKey blob = blob(key);
    S3Bucket.requireSize(blob.toHex(), value);
    if (!BlobKey.of(value.asBuffer()).equals(blob)) {
      throw new DinofsException(ErrorKind.CORRUPT, "not the bytes of blob " + key);
    }
    bucket.put(blob.toHex(), value, true);
  }

  @Override
  public Optional<Bytes> get(Key key) throws DinofsException {
    String name = blob(key).toHex();
    long deadlineNanos = System.nanoTime() + waitForBlob.toNanos();
    long pauseMillis = FIRST_PAUSE_MILLIS;
    while (true) {
      Optional<Bytes> value = bucket.get(name);
      if (value.isPresent() || System.nanoTime() - deadlineNanos >= 0) {
        return value;
      }
      Waiting.begin();
      try {
        Thread.sleep(pauseMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted in a wait for " + key, e);
      } finally {
        Waiting.end();
      }
      pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    }
  }

  private static BlobKey blob(Key key) throws DinofsException {
    return key.asBlob()
        .orElseThrow(() -> new DinofsException(ErrorKind.INVALID, "not a blob's key: " + key));
  }

  @Override
  public void close() {
    bucket.close();
  }
}
