package io.dinofs.store.s3;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.store.CollectableBlobs;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Blobs in a bucket, where nodes put and get them by themselves. Keys are blob keys as {@link
 * Key#ofBlob} writes them; others fail with INVALID.
 *
 * <p>A blob is written once (If-None-Match, RFC 9110 section 13.1.2) and hashed before; one that is
 * there and not young is written again, to make it young. A get of a blob that is not there asks
 * again until it comes, within a limit. Nothing that was got is hashed here: whoever reads through
 * a {@link io.dinofs.store.BlobStore} does that. Safe for any number of threads.
 *
 * <p>A bucket cannot delete what is old and leave what was put again meanwhile. So who deletes a
 * blob first puts a mark beside it, of which there is one at a time, then looks at its age, deletes
 * it, and removes the mark. Who has put a blob looks for the mark; if there is one, it waits for
 * its end, and looks whether the blob is still there. If it is not known whether a deletion was
 * done, the mark stays until the request for it cannot be valid any more.
 */
public final class S3Blobs implements Store, CollectableBlobs {
  private static final String VOLUMES = "volumes/";
  private static final String MARKS = "gc/";

  /** Requests are signed for 15 minutes. */
  private static final Duration MARK_LIFE = Duration.ofMinutes(20);

  /** What was put so long ago is put again; less than the shortest grace of a collection. */
  private static final Duration YOUNG = Duration.ofSeconds(20);

  private final S3Bucket bucket;
  private final Duration limit;
  private final Duration waitForBlob;

  private S3Blobs(S3Bucket bucket, Duration limit, Duration waitForBlob) {
    this.bucket = bucket;
    this.limit = limit;
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
    return new S3Blobs(new S3Bucket(location, limit), limit, waitForBlob);
  }

  @Override
  public void addVolume(VolumeId volume) throws DinofsException {
    bucket.put(VOLUMES + volume, Bytes.EMPTY, true);
  }

  @Override
  public Set<VolumeId> volumes() throws DinofsException {
    Set<VolumeId> volumes = new HashSet<>();
    List<String> others = new ArrayList<>();
    bucket.forEach(
        VOLUMES,
        object -> {
          try {
            volumes.add(new VolumeId(UUID.fromString(object.name().substring(VOLUMES.length()))));
          } catch (IllegalArgumentException e) {
            others.add(object.name());
          }
        });
    if (!others.isEmpty()) {
      throw new DinofsException(ErrorKind.PROTOCOL, "these are no volumes: " + others);
    }
    return volumes;
  }

  @Override
  public void removeVolume(VolumeId volume) throws DinofsException {
    if (!bucket.has(VOLUMES + volume)) {
      throw new DinofsException(ErrorKind.NOT_FOUND, "volume " + volume + " has no blobs there");
    }
    bucket.delete(VOLUMES + volume);
  }

  @Override
  public Instant now() throws DinofsException {
    return bucket.now();
  }

  @Override
  public void forEachStored(int part, Consumer<Stored> visitor) throws DinofsException {
    if (part < 0 || part >= PARTS) {
      throw new DinofsException(ErrorKind.INVALID, "there is no part " + part);
    }
    bucket.forEach(
        HexFormat.of().toHexDigits((byte) part),
        object ->
            BlobKey.parse(object.name())
                .map(Key::ofBlob)
                .ifPresent(key -> visitor.accept(new Stored(key, object.bytes(), object.age()))));
  }

  @Override
  public Deletion deleteOlder(Key key, Duration age) throws DinofsException {
    String name = blob(key).toHex();
    String mark = MARKS + name;
    if (bucket.age(mark).filter(old -> old.compareTo(MARK_LIFE) > 0).isPresent()) {
      bucket.delete(mark);
    }
    if (!bucket.put(mark, Bytes.EMPTY, true)) {
      return Deletion.TOO_YOUNG; // another collection is at it
    }
    Optional<Duration> found = bucket.age(name);
    boolean old = found.isPresent() && found.get().compareTo(age) >= 0;
    if (old) {
      bucket.deleteOnce(name);
    }
    bucket.delete(mark);
    return found.isEmpty() ? Deletion.ABSENT : old ? Deletion.DELETED : Deletion.TOO_YOUNG;
  }

  @Override
  public void put(Key key, Bytes value) throws DinofsException {
    BlobKey blob = blob(key);
    S3Bucket.requireSize(blob.toHex(), value);
    if (!BlobKey.of(value.asBuffer()).equals(blob)) {
      throw new DinofsException(ErrorKind.CORRUPT, "not the bytes of blob " + key);
    }
    String name = blob.toHex();
    boolean there = false;
    while (!there) {
      boolean fresh = bucket.put(name, value, true);
      if (!fresh && bucket.age(name).filter(age -> age.compareTo(YOUNG) > 0).isPresent()) {
        bucket.put(name, value, false);
      }
      boolean marked = awaitUnmarked(name);
      there = (fresh && !marked) || bucket.has(name);
    }
  }

  /**
   * Waits until nobody is about to delete a blob.
   *
   * @return whether somebody was
   * @throws DinofsException UNAVAILABLE if that takes too long
   */
  private boolean awaitUnmarked(String name) throws DinofsException {
    Poll poll = new Poll(limit);
    boolean marked = false;
    while (bucket.age(MARKS + name).filter(age -> age.compareTo(MARK_LIFE) <= 0).isPresent()) {
      marked = true;
      if (!poll.pause()) {
        throw new DinofsException(
            ErrorKind.UNAVAILABLE, "blob " + name + " is being deleted, and put again later");
      }
    }
    return marked;
  }

  @Override
  public Optional<Bytes> get(Key key) throws DinofsException {
    String name = blob(key).toHex();
    Poll poll = new Poll(waitForBlob);
    Optional<Bytes> value = bucket.get(name);
    while (value.isEmpty() && poll.pause()) {
      value = bucket.get(name);
    }
    return value;
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
