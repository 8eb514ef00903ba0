package io.dinofs.remote.blob;

import io.dinofs.access.ShownToken;
import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Printable;
import io.dinofs.model.VolumeId;
import io.dinofs.store.CollectableBlobs;
import io.dinofs.store.Key;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * What a blob server offers to those who look after it: the list of its blobs, their deletion, and
 * the volumes that keep their blobs there. Safe for any number of threads.
 */
public final class HttpCollectableStore implements CollectableBlobs {
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;
  private static final int NO_SPACE = 507;

  /** A part of a list with a million blobs in it, or 256 million in all. */
  private static final long MAX_ANSWER_BYTES = 96L << 20;

  private final HttpStoreSettings settings;
  private final HttpClient client;

  public HttpCollectableStore(HttpStoreSettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectLimit())
            .followRedirects(HttpClient.Redirect.NEVER);
    settings.access().tls().ifPresent(tls -> builder.sslContext(tls.context()));
    this.client = builder.build();
  }

  @Override
  public void forEachStored(int part, Consumer<Stored> visitor) throws DinofsException {
    HttpResponse<String> answer = send(request("/blobs/" + part).GET());
    require(answer, OK);
    for (String line : answer.body().lines().toList()) {
      visitor.accept(parse(line));
    }
  }

  private Stored parse(String line) throws DinofsException {
    String[] words = line.split(" ", -1);
    try {
      if (words.length == 3) {
        Key key = Key.ofBlob(BlobKey.parse(words[0]).orElseThrow(IllegalArgumentException::new));
        long bytes = Long.parseLong(words[1]);
        return new Stored(key, bytes, Duration.ofSeconds(Long.parseLong(words[2])));
      }
    } catch (IllegalArgumentException e) {
      throw new DinofsException(ErrorKind.PROTOCOL, notALine(line), e);
    }
    throw new DinofsException(ErrorKind.PROTOCOL, notALine(line));
  }

  private String notALine(String line) {
    return settings.server() + ": not a line of a blob server's list: " + excerpt(line);
  }

  @Override
  public Deletion deleteOlder(Key key, Duration age) throws DinofsException {
    String target = "/" + key + "?older=" + age.toSeconds();
    HttpResponse<String> answer = send(request(target).DELETE());
    return switch (answer.statusCode()) {
      case NO_CONTENT -> Deletion.DELETED;
      case NOT_FOUND -> Deletion.ABSENT;
      case CONFLICT -> Deletion.TOO_YOUNG;
      default -> throw refused(answer);
    };
  }

  @Override
  public Set<VolumeId> volumes() throws DinofsException {
    HttpResponse<String> answer = send(request("/volumes").GET());
    require(answer, OK);
    Set<VolumeId> volumes = new HashSet<>();
    for (String line : answer.body().lines().toList()) {
      try {
        volumes.add(new VolumeId(UUID.fromString(line)));
      } catch (IllegalArgumentException e) {
        throw new DinofsException(
            ErrorKind.PROTOCOL, settings.server() + ": not a volume: " + excerpt(line), e);
      }
    }
    return volumes;
  }

  @Override
  public void addVolume(VolumeId volume) throws DinofsException {
    require(send(request("/volumes/" + volume).PUT(BodyPublishers.noBody())), NO_CONTENT);
  }

  @Override
  public void removeVolume(VolumeId volume) throws DinofsException {
    HttpResponse<String> answer = send(request("/volumes/" + volume).DELETE());
    if (answer.statusCode() == NOT_FOUND) {
      throw new DinofsException(
          ErrorKind.NOT_FOUND, settings.server() + " does not know volume " + volume);
    }
    require(answer, NO_CONTENT);
  }

  @Override
  public Instant now() throws DinofsException {
    HttpResponse<String> answer = send(request("/healthz").GET());
    String date = answer.headers().firstValue("date").orElse("");
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      throw new DinofsException(
          ErrorKind.PROTOCOL, settings.server() + ": not a date: " + excerpt(date), e);
    }
  }

  /** Nothing is open between requests. */
  @Override
  public void close() {}

  private HttpRequest.Builder request(String target) throws DinofsException {
    URI server = settings.server();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(server.getScheme() + "://" + server.getRawAuthority() + target))
            .timeout(settings.answerLimit());
    Optional<ShownToken> token = settings.access().token();
    if (token.isPresent()) {
      requireConfidential(server.getHost());
      request.header("Authorization", HttpRequests.authorization(token.get().current()));
    }
    return request;
  }

  private void requireConfidential(String host) throws DinofsException {
    try {
      settings.access().requireConfidential(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      throw unavailable("cannot be reached: " + host + " is unknown", e);
    }
  }

  /** Sends a request that may be sent twice. */
  private HttpResponse<String> send(HttpRequest.Builder request) throws DinofsException {
    for (int attempt = 1; ; attempt++) {
      try {
        return ask(request.build());
      } catch (TimeoutException | HttpTimeoutException e) {
        throw unavailable("did not answer in time", e);
      } catch (UnusableAnswerException e) {
        throw new DinofsException(ErrorKind.PROTOCOL, settings.server() + ": " + e.getMessage(), e);
      } catch (IOException e) {
        if (attempt >= settings.attempts()) {
          String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
          throw unavailable("cannot be reached: " + reason, e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DinofsException(
            ErrorKind.INTERRUPTED, "interrupted while " + settings.server() + " was asked", e);
      }
    }
  }

  /** The client's own time-out ends with the head of the answer: this one is for the body too. */
  private HttpResponse<String> ask(HttpRequest request)
      throws IOException, InterruptedException, TimeoutException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, head -> new LimitedText(MAX_ANSWER_BYTES));
    try {
      return answer.get(settings.answerLimit().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable reason =
          e.getCause() instanceof CompletionException wrapped ? wrapped.getCause() : e.getCause();
      throw reason instanceof IOException known ? known : new IOException(reason);
    } finally {
      answer.cancel(true);
    }
  }

  private DinofsException unavailable(String what, Exception cause) {
    return new DinofsException(
        ErrorKind.UNAVAILABLE, "blob server " + settings.server() + " " + what, cause);
  }

  private void require(HttpResponse<String> answer, int status) throws DinofsException {
    if (answer.statusCode() != status) {
      throw refused(answer);
    }
  }

  private DinofsException refused(HttpResponse<String> answer) {
    ErrorKind kind =
        switch (answer.statusCode()) {
          case UNAUTHORIZED, FORBIDDEN -> ErrorKind.ACCESS_DENIED;
          case UNAVAILABLE -> ErrorKind.UNAVAILABLE;
          case NO_SPACE -> ErrorKind.NO_SPACE;
          default -> ErrorKind.IO;
        };
    return new DinofsException(
        kind,
        "blob server %s answered %d: %s"
            .formatted(settings.server(), answer.statusCode(), excerpt(answer.body())));
  }

  private static String excerpt(String text) {
    return Printable.of(text.substring(0, Math.min(text.length(), 200)).strip());
  }
}
