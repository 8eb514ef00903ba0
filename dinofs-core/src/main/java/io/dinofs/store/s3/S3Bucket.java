package io.dinofs.store.s3;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Waiting;
import io.dinofs.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.S3Response;

/**
 * A bucket, with the SDK's exceptions as this project's. What fails for a moment (throttling, 5xx,
 * a lost connection, no answer) is tried again with growing pauses, by the SDK. Safe for any number
 * of threads.
 */
final class S3Bucket implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final S3Location location;
  private final S3Client client;

  /** Sends each request once; null until it is needed. Guarded by this. */
  private S3Client once;

  private final Duration limit;
  private volatile boolean closed;

  /**
   * @param limit how long a call may take, with all its attempts
   * @throws DinofsException INVALID if credentials or region are not to be had
   */
  S3Bucket(S3Location location, Duration limit) throws DinofsException {
    this.location = location;
    this.limit = limit;
    this.client = S3Clients.make(location, limit, ATTEMPTS);
  }

  /**
   * @param onlyIfAbsent leaves what is there
   * @return false if something was there and was left
   */
  boolean put(String name, Bytes value, boolean onlyIfAbsent) throws DinofsException {
    requireSize(name, value);
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(location.bucket())
            .key(location.prefix() + name)
            .contentMD5(md5(value.asBuffer()));
    if (onlyIfAbsent) {
      request.ifNoneMatch("*");
    }
    return call(
        () -> {
          try {
            client.putObject(request.build(), RequestBody.fromByteBuffer(value.asBuffer()));
            return true;
          } catch (S3Exception e) {
            if (onlyIfAbsent && e.statusCode() == PRECONDITION_FAILED) {
              return false;
            }
            throw e;
          }
        });
  }

  static void requireSize(String name, Bytes value) throws DinofsException {
    if (value.length() > Store.MAX_VALUE_BYTES) {
      throw new DinofsException(
          ErrorKind.TOO_BIG, "a value of " + value.length() + " bytes under " + name);
    }
  }

  private static String md5(ByteBuffer value) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(value);
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has MD5", e);
    }
  }

  Optional<Bytes> get(String name) throws DinofsException {
    return call(
        () -> {
          try (ResponseInputStream<GetObjectResponse> in =
              client.getObject(r -> r.bucket(location.bucket()).key(location.prefix() + name))) {
            byte[] value = in.readNBytes(Store.MAX_VALUE_BYTES + 1);
            if (value.length > Store.MAX_VALUE_BYTES) {
              in.abort();
              throw new DinofsException(
                  ErrorKind.CORRUPT, "more than 64 MiB under " + name + " in " + location);
            }
            Long length = in.response().contentLength();
            if (length != null && length != value.length) {
              throw new IOException("the answer ends early");
            }
            return Optional.of(Bytes.wrap(value));
          } catch (S3Exception e) {
            return absent(e);
          }
        });
  }

  private static Optional<Bytes> absent(S3Exception e) {
    boolean noSuchBucket =
        e.awsErrorDetails() != null && "NoSuchBucket".equals(e.awsErrorDetails().errorCode());
    if (e.statusCode() == NOT_FOUND && !noSuchBucket) {
      return Optional.empty();
    }
    throw e;
  }

  boolean has(String name) throws DinofsException {
    return age(name).isPresent();
  }

  /**
   * How long ago the object was put, by the clock of the bucket, to a second; empty if there is
   * none.
   */
  Optional<Duration> age(String name) throws DinofsException {
    return call(
        () -> {
          try {
            HeadObjectResponse head =
                client.headObject(r -> r.bucket(location.bucket()).key(location.prefix() + name));
            return Optional.of(age(head.lastModified(), date(head)));
          } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  private static Duration age(Instant put, Instant now) {
    return put.isBefore(now) ? Duration.between(put, now) : Duration.ZERO;
  }

  private Instant date(S3Response answer) throws DinofsException {
    String date = answer.sdkHttpResponse().firstMatchingHeader("Date").orElse("nothing");
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      throw new DinofsException(
          ErrorKind.PROTOCOL, location + " tells " + date + " for the time of its answer", e);
    }
  }

  /** The clock of the bucket, to a second. */
  Instant now() throws DinofsException {
    return call(() -> date(client.headBucket(r -> r.bucket(location.bucket()))));
  }

  /** Succeeds also if there is no such object. */
  void delete(String name) throws DinofsException {
    call(() -> client.deleteObject(r -> r.bucket(location.bucket()).key(location.prefix() + name)));
  }

  /**
   * As {@link #delete}, but the request is sent once: when this has returned, nothing will be
   * deleted any more.
   *
   * @throws DinofsException as the others; it is not known then whether, nor when, it is deleted
   */
  void deleteOnce(String name) throws DinofsException {
    S3Client single;
    synchronized (this) {
      if (once == null) {
        once = S3Clients.make(location, limit, 1);
      }
      single = once;
    }
    call(() -> single.deleteObject(r -> r.bucket(location.bucket()).key(location.prefix() + name)));
  }

  /**
   * An object in a list.
   *
   * @param name without the prefix of the location
   */
  record Listed(String name, long bytes, Duration age) {}

  /** Tells all objects whose names begin so, in pages of a thousand. */
  void forEach(String beginning, Consumer<Listed> visitor) throws DinofsException {
    call(
        () -> {
          String prefix = location.prefix() + beginning;
          for (ListObjectsV2Response page :
              client.listObjectsV2Paginator(r -> r.bucket(location.bucket()).prefix(prefix))) {
            Instant now = date(page);
            for (S3Object object : page.contents()) {
              String name = object.key().substring(location.prefix().length());
              visitor.accept(new Listed(name, object.size(), age(object.lastModified(), now)));
            }
          }
          return true;
        });
  }

  /** Something that the SDK does. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException;
  }

  private <T> T call(Call<T> call) throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the store in " + location + " is closed");
    }
    long beginNanos = System.nanoTime();
    Waiting.begin();
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          return call.run();
        } catch (DinofsException e) {
          throw e;
        } catch (IOException e) { // in the middle of an answer, where the SDK leaves it to us
          if (attempt == ATTEMPTS || System.nanoTime() - beginNanos > limit.toNanos()) {
            throw new DinofsException(
                ErrorKind.UNAVAILABLE, location + " broke off: " + e.getMessage(), e);
          }
        }
      }
    } catch (AbortedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted while asking " + location, e);
    } catch (S3Exception e) {
      throw new DinofsException(
          kind(e.statusCode()),
          location + " answered " + e.statusCode() + ": " + e.getMessage(),
          e);
    } catch (SdkException e) {
      throw new DinofsException(
          ErrorKind.UNAVAILABLE, location + " cannot be reached: " + e.getMessage(), e);
    } finally {
      Waiting.end();
    }
  }

  private static ErrorKind kind(int status) {
    if (status == FORBIDDEN) {
      return ErrorKind.ACCESS_DENIED;
    }
    boolean passes = status >= SERVER_ERRORS || status == TOO_MANY_REQUESTS || status == CONFLICT;
    return passes ? ErrorKind.UNAVAILABLE : ErrorKind.IO;
  }

  @Override
  public void close() {
    closed = true;
    client.close();
    synchronized (this) {
      if (once != null) {
        once.close();
      }
    }
  }
}
