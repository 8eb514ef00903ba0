package io.dinofs.store.s3;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.store.DeletingStore;
import io.dinofs.store.EnumeratingStore;
import io.dinofs.store.Key;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Values as objects in a bucket of S3 or of another server that, as S3 does since 2020, lets every
 * read see the latest write. A put is as durable as the bucket. Safe for any number of threads.
 */
public final class S3Store implements DeletingStore, EnumeratingStore {
  private final S3Bucket bucket;

  private S3Store(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /**
   * Asks the bucket nothing yet.
   *
   * @param limit how long a call may take, with all its attempts
   * @throws DinofsException INVALID if region or credentials are not to be had
   */
  public static S3Store open(S3Location location, Duration limit) throws DinofsException {
    return new S3Store(new S3Bucket(location, limit));
  }

  @Override
  public void put(Key key, Bytes value) throws DinofsException {
    bucket.put(ObjectNames.of(key), value, false);
  }

  @Override
  public Optional<Bytes> get(Key key) throws DinofsException {
    return bucket.get(ObjectNames.of(key));
  }

  /**
   * {@inheritDoc} Of two deletes at once both may find it: S3 does not say what it has deleted, so
   * this looks before.
   */
  @Override
  public boolean delete(Key key) throws DinofsException {
    String name = ObjectNames.of(key);
    boolean present = bucket.has(name);
    if (present) {
      bucket.delete(name);
    }
    return present;
  }

  @Override
  public void forEachKey(Consumer<Key> visitor) throws DinofsException {
    bucket.forEach("", object -> ObjectNames.keyOf(object.name()).ifPresent(visitor));
  }

  @Override
  public void close() {
    bucket.close();
  }
}
