package io.dinofs.access;

import io.dinofs.model.DaemonThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides for a server who comes in. A token is hashed the slow way once, by threads of the gate's
 * own; afterwards a digest of it under a key of this process is enough. Failed tries are logged and
 * make their address wait.
 *
 * <p>The file of tokens is looked at several times a second: what was added or revoked counts from
 * then on. Safe for any number of threads.
 */
public final class Gate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final int THREADS = 2;

  /** More wait for nothing: their clients have given up when it is their turn. */
  private static final int MAX_WAITING = 256;

  private static final long LOOK_MILLIS = 200;

  private final KnownTokens tokens;
  private final FailedTries tries = new FailedTries(System::nanoTime);
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ThreadPoolExecutor verifiers;
  private final ScheduledExecutorService looker;

  private Gate(KnownTokens tokens) {
    this.tokens = tokens;
    verifiers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            new DaemonThreads("tokens"));
    verifiers.allowCoreThreadTimeOut(true);
    looker = new ScheduledThreadPoolExecutor(1, new DaemonThreads("token-file"));
  }

  /** One that lets everybody do everything. */
  public static Gate open() {
    return new Gate(KnownTokens.none());
  }

  /**
   * One that knows a file's tokens. As long as there is no file it lets everybody in.
   *
   * @throws DinofsException IO, CORRUPT if there is a file that cannot be used
   */
  public static Gate of(TokenFile file) throws DinofsException {
    Gate gate = new Gate(KnownTokens.of(file));
    var unused =
        gate.looker.scheduleWithFixedDelay(
            gate::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return gate;
  }

  /**
   * One that knows a file's tokens, and lets nobody else in.
   *
   * @throws DinofsException NOT_FOUND if there is no file; IO, CORRUPT
   */
  public static Gate required(TokenFile file) throws DinofsException {
    Gate gate = of(file);
    if (!gate.isShut()) {
      gate.close();
      throw new DinofsException(
          ErrorKind.NOT_FOUND,
          "there is no file of tokens " + file.path() + ": token add makes it");
    }
    return gate;
  }

  private void look() {
    try {
      if (tokens.look()) {
        listeners.forEach(Runnable::run);
      }
    } catch (RuntimeException e) {
      LOG.error("what was revoked may not be cut off", e);
    }
  }

  /** Whether a token is needed. */
  public boolean isShut() {
    return tokens.areNeeded();
  }

  /** Whether what was proved still counts. */
  public boolean isInForce(Grant grant) {
    return grant == Grant.ANYBODY ? !tokens.areNeeded() : tokens.has(grant.token());
  }

  /** {@code listener} is run, by a thread of the gate, when a grant may have lost its force. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * Proves a token.
   *
   * @param text as it came, not looked at
   * @return completed at once if it was proved before, else by a thread of the gate; ANYBODY if no
   *     token is needed. Fails with a DinofsException: ACCESS_DENIED if it is none, UNAVAILABLE if
   *     too many were wrong or wait
   */
  public CompletableFuture<Grant> prove(InetAddress from, String text) {
    if (!tokens.areNeeded()) {
      return CompletableFuture.completedFuture(Grant.ANYBODY);
    }
    Optional<Secret> secret = parse(text);
    Optional<Grant> known = secret.flatMap(tokens::proved);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(known.get());
    }
    CompletableFuture<Grant> result = new CompletableFuture<>();
    try {
      requirePatience(from);
      verifiers.execute(() -> verify(from, secret, result));
    } catch (DinofsException e) {
      result.completeExceptionally(e);
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new DinofsException(ErrorKind.UNAVAILABLE, "too many tokens are being looked at", e));
    }
    return result;
  }

  private static Optional<Secret> parse(String text) {
    try {
      return Optional.of(Secret.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // counts as a wrong one
    }
  }

  private void requirePatience(InetAddress from) throws DinofsException {
    long wait = tries.waitNanos(from);
    if (wait > 0) {
      throw new DinofsException(
          ErrorKind.UNAVAILABLE,
          "wrong tokens came from %s: wait %d ms"
              .formatted(from.getHostAddress(), TimeUnit.NANOSECONDS.toMillis(wait) + 1));
    }
  }

  private void verify(InetAddress from, Optional<Secret> secret, CompletableFuture<Grant> result) {
    try {
      Optional<Grant> known = secret.flatMap(tokens::proved);
      if (known.isEmpty()) {
        requirePatience(from); // others have failed while this one waited
        known = tokens.verify(secret.orElseGet(() -> Secret.random("nobody")));
      }
      if (known.isPresent()) {
        tries.succeeded(from);
        result.complete(known.get());
        return;
      }
      tries.failed(from);
      LOG.warn(
          "a token from {} is refused: {}",
          from.getHostAddress(),
          secret.map(it -> "it is none of node " + it.node()).orElse("it has not the form of one"));
      result.completeExceptionally(
          new DinofsException(ErrorKind.ACCESS_DENIED, "the token is unknown or revoked"));
    } catch (DinofsException e) {
      result.completeExceptionally(e);
    } catch (RuntimeException e) {
      LOG.error("a token from {} cannot be looked at", from.getHostAddress(), e);
      result.completeExceptionally(
          new DinofsException(ErrorKind.IO, "the server cannot look at tokens", e));
    }
  }

  @Override
  public void close() {
    looker.shutdownNow();
    verifiers.shutdownNow();
  }
}
