package io.dinofs.remote.blob;

import io.dinofs.access.Secret;
import io.dinofs.access.ShownToken;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Printable;
import io.dinofs.model.Waiting;
import io.dinofs.store.Capacity;
import io.dinofs.store.FileReceiver;
import io.dinofs.store.FileStore;
import io.dinofs.store.Key;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
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
public final class HttpStore implements FileReceiver, Capacity {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;
  private static final int WRONG_HASH = 422;
  private static final int UNAVAILABLE = 503;
  private static final int NO_SPACE = 507;
  private static final Pattern HEALTH =
      Pattern.compile("\\{\"totalBytes\":(\\d{1,18}),\"freeBytes\":(\\d{1,18})}\\s*");

  private final HttpStoreSettings settings;
  private final HttpRequests requests;
  private final HttpConnections connections;
  private volatile boolean closed;

  public HttpStore(HttpStoreSettings settings) {
    this.settings = settings;
    this.requests =
        new HttpRequests(settings.server().getRawAuthority(), settings.access().token());
    this.connections =
        new HttpConnections(settings.server(), settings.access(), settings.connectLimit());
  }

  /** Also fails with CORRUPT if the value has not the hash that the key says. */
  @Override
  public void put(Key key, Bytes value) throws DinofsException {
    if (value.length() > MAX_VALUE_BYTES) {
      throw new DinofsException(
          ErrorKind.TOO_BIG, "a blob of " + value.length() + " bytes: " + key);
    }
    String target = target(key);
    requireStored(send(() -> Optional.of(requests.put(target, value)), settings.answerLimit()));
  }

  /** Also fails with CORRUPT if the value has not the hash that the key says. */
  @Override
  public boolean putFrom(FileStore source, Key key) throws DinofsException {
    String target = target(key);
    Optional<HttpAnswer> answer = trySend(() -> file(target, source, key), settings.answerLimit());
    if (answer.isPresent()) {
      requireStored(answer.get());
    }
    return answer.isPresent();
  }

  private Optional<List<Object>> file(String target, FileStore source, Key key)
      throws DinofsException {
    Optional<FileChannel> file = source.open(key);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(requests.put(target, file.get()));
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot read " + key + ": " + e.getMessage(), e);
    }
  }

  private void requireStored(HttpAnswer answer) throws DinofsException {
    if (answer.status() != OK && answer.status() != CREATED) {
      throw refused(answer);
    }
  }

  @Override
  public Optional<Bytes> get(Key key) throws DinofsException {
    long waitSeconds = settings.waitForBlob().toSeconds();
    String query = waitSeconds > 0 ? "?wait=" + waitSeconds : "";
    Duration limit = settings.answerLimit().plus(settings.waitForBlob());
    String target = target(key);
    HttpAnswer answer = send(() -> Optional.of(requests.get(target + query)), limit);
    return switch (answer.status()) {
      case OK -> Optional.of(answer.body());
      case NOT_FOUND -> Optional.empty();
      default -> throw refused(answer);
    };
  }

  @Override
  public Room room() throws DinofsException {
    HttpAnswer answer = send(() -> Optional.of(requests.get("/healthz")), settings.answerLimit());
    Matcher health = HEALTH.matcher(answer.body().toUtf8());
    if (answer.status() != OK) {
      throw refused(answer);
    }
    if (!health.matches()) {
      throw new DinofsException(
          ErrorKind.PROTOCOL, "not the health of a blob server: " + excerpt(answer.body()));
    }
    return new Room(Long.parseLong(health.group(1)), Long.parseLong(health.group(2)));
  }

  private static String target(Key key) throws DinofsException {
    return BlobKey.parse(key.toString())
        .map(blob -> "/" + blob.toHex())
        .orElseThrow(() -> new DinofsException(ErrorKind.INVALID, "not a blob's key: " + key));
  }

  /**
   * A request, which is made anew for each attempt, since sending uses it up; empty if there is
   * nothing to ask.
   */
  @FunctionalInterface
  private interface Request {
    Optional<List<Object>> messages() throws DinofsException;
  }

  private HttpAnswer send(Request request, Duration limit) throws DinofsException {
    return trySend(request, limit).orElseThrow();
  }

  /** Sends a request that may be sent twice, as all of them may: they name what they put. */
  private Optional<HttpAnswer> trySend(Request request, Duration limit) throws DinofsException {
    Waiting.begin();
    try {
      return sendAndWait(request, limit);
    } finally {
      Waiting.end();
    }
  }

  private Optional<HttpAnswer> sendAndWait(Request request, Duration limit) throws DinofsException {
    for (int attempt = 1; ; attempt++) {
      requireOpen();
      Optional<Secret> shown = settings.access().token().map(ShownToken::current);
      Optional<List<Object>> messages = request.messages();
      if (messages.isEmpty()) {
        return Optional.empty();
      }
      try {
        HttpAnswer answer = connections.ask(messages.get(), attempt > 1, limit);
        if (answer.status() != UNAUTHORIZED
            || attempt >= settings.attempts()
            || !hasAnotherThan(shown)) {
          return Optional.of(answer);
        }
      } catch (TimeoutException e) {
        throw unavailable("did not answer in time", e);
      } catch (DinofsException e) {
        throw e;
      } catch (UnusableAnswerException e) {
        throw new DinofsException(ErrorKind.PROTOCOL, settings.server() + ": " + e.getMessage(), e);
      } catch (IOException e) {
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

  /** Whether the node has another token meanwhile than one that was refused. */
  private boolean hasAnotherThan(Optional<Secret> refused) {
    return refused.isPresent() && settings.access().token().orElseThrow().renew(refused.get());
  }

  private static String text(IOException failure) {
    return failure.getMessage() != null ? failure.getMessage() : failure.getClass().getSimpleName();
  }

  private DinofsException unavailable(String what, Exception cause) {
    return new DinofsException(
        ErrorKind.UNAVAILABLE, "blob server " + settings.server() + " " + what, cause);
  }

  private DinofsException refused(HttpAnswer answer) {
    ErrorKind kind =
        switch (answer.status()) {
          case UNAUTHORIZED, FORBIDDEN -> ErrorKind.ACCESS_DENIED;
          case TOO_LARGE -> ErrorKind.TOO_BIG;
          case WRONG_HASH -> ErrorKind.CORRUPT;
          case UNAVAILABLE -> ErrorKind.UNAVAILABLE;
          case NO_SPACE -> ErrorKind.NO_SPACE;
          default -> ErrorKind.IO;
        };
    return new DinofsException(
        kind,
        "blob server %s answered %d: %s"
            .formatted(settings.server(), answer.status(), excerpt(answer.body())));
  }

  private static String excerpt(Bytes body) {
    return Printable.of(body.slice(0, Math.min(body.length(), 200)).toUtf8().strip());
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(
          ErrorKind.CLOSED, "the store on " + settings.server() + " is closed");
    }
  }

  /** Calls that have begun end as they would have; then the connections go. */
  @Override
  public void close() {
    closed = true;
    connections.close();
  }
}
