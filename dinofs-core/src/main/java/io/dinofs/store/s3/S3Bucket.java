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
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

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
  private final Duration limit;
  private volatile boolean closed;

  /**
   * @param limit how long a call may take, with all its attempts
   * @throws DinofsException INVALID if credentials or region are not to be had
   */
  S3Bucket(S3Location location, Duration limit) throws DinofsException {
    this.location = location;
    this.limit = limit;
    // A put of 64 MiB within half of the limit: slower than that is not slow but broken.
    Duration attempt = limit.dividedBy(2).plusMillis(1);
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder().connectionTimeout(attempt).socketTimeout(attempt))
            .overrideConfiguration(
                options ->
                    options
                        .apiCallTimeout(limit)
                        .apiCallAttemptTimeout(attempt)
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .circuitBreakerEnabled(false)
                                .build()))
            // Not every server knows the newer checksums; all know MD5.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .forcePathStyle(location.pathStyle());
    location.endpoint().ifPresent(builder::endpointOverride);
    location
        .region()
        .or(() -> location.endpoint().map(endpoint -> "us-east-1"))
        .ifPresent(region -> builder.region(Region.of(region)));
    try {
      this.client = builder.build();
    } catch (SdkException e) {
      throw new DinofsException(ErrorKind.INVALID, location + ": " + e.getMessage(), e);
    }
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
    return call(
        () -> {
          try {
            client.headObject(r -> r.bucket(location.bucket()).key(location.prefix() + name));
            return true;
          } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
              return false;
            }
            throw e;
          }
        });
  }

  /** Succeeds also if there is no such object. */
  void delete(String name) throws DinofsException {
    call(() -> client.deleteObject(r -> r.bucket(location.bucket()).key(location.prefix() + name)));
  }

  /** Tells the names of all objects under the prefix, without it, in pages of a thousand. */
  void forEachName(Consumer<String> visitor) throws DinofsException {
    call(
        () -> {
          client
              .listObjectsV2Paginator(r -> r.bucket(location.bucket()).prefix(location.prefix()))
              .contents()
              .stream()
              .map(S3Object::key)
              .forEach(key -> visitor.accept(key.substring(location.prefix().length())));
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
  }
}
