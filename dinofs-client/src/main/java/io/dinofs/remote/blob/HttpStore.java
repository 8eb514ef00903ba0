package io.dinofs.remote.blob;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Capacity;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blobs of a blob server. Keys are blob keys as {@link Key#ofBlob} writes them; others fail
 * with INVALID.
 *
 * <p>A put is as durable as the server makes it: on its disk. A get of a blob that is not there
 * waits for it, within the limit of the settings. Nothing is hashed here: the server verifies what
 * is put, and whoever reads through a {@link io.dinofs.store.BlobStore} what comes out.
 */
public final class HttpStore implements Store, Capacity {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;
  private static final int WRONG_HASH = 422;
  private static final int UNAVAILABLE = 503;
  private static final int NO_SPACE = 507;
  private static final Pattern HEALTH =
      Pattern.compile("\\{\"totalBytes\":(\\d{1,18}),\"freeBytes\":(\\d{1,18})}\\s*");

  private final HttpStoreSettings settings;
  private final HttpClient client;
  private volatile boolean closed;

  public HttpStore(HttpStoreSettings settings) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectLimit())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** Also fails with CORRUPT if the value has not the hash that the key says. */
  @Override
  public void put(Key key, Bytes value) throws DinofsException {
    if (value.length() > MAX_VALUE_BYTES) {
      throw new DinofsException(
          ErrorKind.TOO_BIG, "a blob of " + value.length() + " bytes: " + key);
    }
    HttpRequest request =
        request("/" + blobKey(key).toHex(), settings.answerLimit())
            .PUT(BodyPublishers.ofByteArray(value.toArray()))
            .build();
    HttpResponse<Bytes> answer = send(request);
    if (answer.statusCode() != OK && answer.statusCode() != CREATED) {
      throw refused(answer);
    }
  }

  @Override
  public Optional<Bytes> get(Key key) throws DinofsException {
    long waitSeconds = settings.waitForBlob().toSeconds();
    String query = waitSeconds > 0 ? "?wait=" + waitSeconds : "";
    Duration limit = settings.answerLimit().plus(settings.waitForBlob());
    HttpResponse<Bytes> answer =
        send(request("/" + blobKey(key).toHex() + query, limit).GET().build());
    return switch (answer.statusCode()) {
      case OK -> Optional.of(answer.body());
      case NOT_FOUND -> Optional.empty();
      default -> throw refused(answer);
    };
  }

  @Override
  public Room room() throws DinofsException {
    HttpResponse<Bytes> answer = send(request("/healthz", settings.answerLimit()).GET().build());
    Matcher health = HEALTH.matcher(answer.body().toUtf8());
    if (answer.statusCode() != OK) {
      throw refused(answer);
    }
    if (!health.matches()) {
      throw new DinofsException(
          ErrorKind.PROTOCOL, "not the health of a blob server: " + excerpt(answer.body()));
    }
    return new Room(Long.parseLong(health.group(1)), Long.parseLong(health.group(2)));
  }

  private HttpRequest.Builder request(String target, Duration limit) {
    return HttpRequest.newBuilder(URI.create(stem() + target)).timeout(limit);
  }

  private String stem() {
    return settings.server().getScheme() + "://" + settings.server().getRawAuthority();
  }

  private static BlobKey blobKey(Key key) throws DinofsException {
    return BlobKey.parse(key.toString())
        .orElseThrow(() -> new DinofsException(ErrorKind.INVALID, "not a blob's key: " + key));
  }

  /** Sends a request that may be sent twice, as all of them may: they name what they put. */
  private HttpResponse<Bytes> send(HttpRequest request) throws DinofsException {
    for (int attempt = 1; ; attempt++) {
      requireOpen();
      try {
        return client.send(request, WholeBody.handler());
      } catch (HttpTimeoutException e) {
        throw unavailable("did not answer in time", e);
      } catch (IOException e) {
        if (isUnusable(e)) {
          throw new DinofsException(
              ErrorKind.PROTOCOL, settings.server() + ": " + e.getMessage(), e);
        }
        if (attempt >= settings.attempts()) {
          throw unavailable("cannot be reached: " + text(e), e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DinofsException(
            ErrorKind.INTERRUPTED, "interrupted while " + settings.server() + " was asked", e);
      }
    }
  }

  private static boolean isUnusable(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof WholeBody.UnusableAnswerException) {
        return true;
      }
    }
    return false;
  }

  private static String text(IOException failure) {
    return failure.getMessage() != null ? failure.getMessage() : failure.getClass().getSimpleName();
  }

  private DinofsException unavailable(String what, IOException cause) {
    return new DinofsException(
        ErrorKind.UNAVAILABLE, "blob server " + settings.server() + " " + what, cause);
  }

  private DinofsException refused(HttpResponse<Bytes> answer) {
    ErrorKind kind =
        switch (answer.statusCode()) {
          case TOO_LARGE -> ErrorKind.TOO_BIG;
          case WRONG_HASH -> ErrorKind.CORRUPT;
          case UNAVAILABLE -> ErrorKind.UNAVAILABLE;
          case NO_SPACE -> ErrorKind.NO_SPACE;
          default -> ErrorKind.IO;
        };
    return new DinofsException(
        kind,
        "blob server %s answered %d: %s"
            .formatted(settings.server(), answer.statusCode(), excerpt(answer.body())));
  }

  private static String excerpt(Bytes body) {
    return body.slice(0, Math.min(body.length(), 200)).toUtf8().strip();
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(
          ErrorKind.CLOSED, "the store on " + settings.server() + " is closed");
    }
  }

  /** Calls that have begun end as they would have; connections go when nobody uses them. */
  @Override
  public void close() {
    closed = true;
  }
}
