package io.dinofs.metadataserver;

import io.dinofs.model.Commit;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.GroupCommitStore.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commits, and what must not happen beside one, into one order. All commits that wait are
 * made durable as one group.
 *
 * <p>There is one writer at a time, but not always the same thread: a commit that comes alone is
 * written by the thread that read it off the network, which spares two hand-overs; as soon as
 * others wait behind it, the writer thread goes on, so that an event loop is never kept for longer
 * than one group.
 */
final class CommitPipeline {
  /** Bounds how long the first commit of a group waits for the others to be evaluated. */
  private static final int MAX_GROUP = 512;

  private static final Logger log = LoggerFactory.getLogger(CommitPipeline.class);

  private final GroupCommitStore store;
  private final GroupListener listener;
  private final Executor writer;
  private final Queue<Step> waiting = new ConcurrentLinkedQueue<>();

  /** Whether some thread is the writer now. */
  private final AtomicBoolean busy = new AtomicBoolean();

  CommitPipeline(GroupCommitStore store, GroupListener listener, Executor writer) {
    this.store = store;
    this.listener = listener;
    this.writer = writer;
  }

  /** Is told of every group by the writer. Must not throw. */
  interface GroupListener {
    /** These are durable, or refused; the outcomes are in the order of the commits. */
    void written(List<Request> requests, List<Outcome> outcomes);

    /** None of these was applied. */
    void failed(List<Request> requests, DinofsException reason);
  }

  private sealed interface Step {}

  /**
   * A commit that a client waits for.
   *
   * @param sinceNanos when it came, as {@link System#nanoTime}
   */
  record Request(Connection connection, long tag, Commit commit, long sinceNanos) implements Step {}

  private record Action(Runnable action) implements Step {}

  /** Puts a commit into the queue; {@link #proceed} sets it in motion. */
  void enqueue(Request request) {
    waiting.add(request);
  }

  /**
   * Runs {@code action} on the writer thread, after all that is in the queue and before all that
   * comes later.
   */
  void execute(Runnable action) {
    waiting.add(new Action(action));
    if (busy.compareAndSet(false, true)) {
      writer.execute(this::drain);
    }
  }

  /** Writes what waits, in this thread if no other does and it is but one group of commits. */
  void proceed() {
    if (waiting.isEmpty() || !busy.compareAndSet(false, true)) {
      return;
    }
    if (waiting.peek() instanceof Request) {
      writeGroup();
    }
    if (waiting.isEmpty()) {
      idle(() -> writer.execute(this::drain));
    } else {
      writer.execute(this::drain);
    }
  }

  private void drain() {
    do {
      for (Step step = waiting.peek(); step != null; step = waiting.peek()) {
        if (step instanceof Action action) {
          waiting.remove();
          run(action.action());
        } else {
          writeGroup();
        }
      }
      busy.set(false);
    } while (!waiting.isEmpty() && busy.compareAndSet(false, true));
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.error("an action between two commits failed", e);
    }
  }

  /** Gives the writer's part back, and takes it again if something came in the last moment. */
  private void idle(Runnable goOn) {
    busy.set(false);
    if (!waiting.isEmpty() && busy.compareAndSet(false, true)) {
      goOn.run();
    }
  }

  private void writeGroup() {
    List<Request> requests = new ArrayList<>();
    while (requests.size() < MAX_GROUP && waiting.peek() instanceof Request request) {
      waiting.remove();
      requests.add(request);
    }
    try {
      List<Outcome> outcomes = store.commitAll(requests.stream().map(Request::commit).toList());
      listener.written(requests, outcomes);
    } catch (DinofsException e) {
      listener.failed(requests, e);
    } catch (RuntimeException e) {
      log.error("{} commits failed", requests.size(), e);
      listener.failed(
          requests, new DinofsException(ErrorKind.UNAVAILABLE, "the server failed: " + e));
    }
  }
}
