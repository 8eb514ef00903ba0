package io.dinofs.metadataserver;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.GroupCommitStore.Accepted;
import io.dinofs.store.GroupCommitStore.Outcome;
import io.dinofs.store.GroupCommitStore.Refused;
import io.dinofs.store.StaleException;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volume as its clients see it: commits in one order, pushed to all subscribers that they are
 * of interest to, answered when the strict ones have applied them.
 */
final class VolumeService implements CommitPipeline.GroupListener {
  private static final Logger log = LoggerFactory.getLogger(VolumeService.class);

  private final VolumeId volume;
  private final StrictNodes strictNodes;
  private final Duration lease;
  private final StrictBarrier barrier;
  private final Subscriptions subscriptions;
  private final Resumption resumption;
  private final CommitPipeline pipeline;
  private final ServerMetrics metrics;

  /** The newest commit whose push was sent; written by the writer. */
  private volatile CommitNumber newest;

  /** Once true, no commit is taken any more. */
  private volatile boolean stopping;

  /**
   * @throws DinofsException what the store and {@code strictNodes} throw
   */
  VolumeService(
      GroupCommitStore store,
      StrictNodes strictNodes,
      Duration lease,
      ServerLimits limits,
      ByteBufAllocator allocator,
      Executor writer,
      ServerMetrics metrics)
      throws DinofsException {
    this.volume = store.volume();
    this.strictNodes = strictNodes;
    this.lease = lease;
    this.barrier = new StrictBarrier(System::nanoTime, lease);
    this.subscriptions = new Subscriptions(allocator, metrics);
    this.resumption = new Resumption(store, limits.resumeRecords());
    this.pipeline = new CommitPipeline(store, this, writer);
    this.metrics = metrics;
    this.newest = store.statistics().newest();
    for (NodeId node : strictNodes.remembered()) {
      barrier.join(node, CommitNumber.NONE, newest).answers().forEach(Runnable::run);
    }
  }

  VolumeId volume() {
    return volume;
  }

  Duration lease() {
    return lease;
  }

  /** The newest commit whose push was sent to all. */
  CommitNumber newest() {
    return newest;
  }

  /** Takes a commit; {@link #proceed} sets it in motion. */
  void commit(Connection connection, long tag, Commit commit) {
    if (!stopping) {
      connection.feed().changing(commit);
      pipeline.enqueue(new CommitPipeline.Request(connection, tag, commit, System.nanoTime()));
    }
  }

  void proceed() {
    pipeline.proceed();
  }

  @Override
  public void written(List<CommitPipeline.Request> requests, List<Outcome> outcomes) {
    metrics.wrote(requests.size());
    CommitNumber last = newest;
    List<Set<NodeId>> spared = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      if (outcomes.get(i) instanceof Accepted accepted && accepted.change().isPresent()) {
        NodeId committer = requests.get(i).connection().node();
        spared.add(subscriptions.push(committer, accepted.change().get()));
        last = accepted.result().number();
      } else {
        spared.add(Set.of());
      }
    }
    newest = last;
    subscriptions.newestChanged();
    for (int i = 0; i < requests.size(); i++) {
      answer(requests.get(i), outcomes.get(i), spared.get(i));
    }
    subscriptions.flush();
    requests.forEach(request -> request.connection().flush());
  }

  /**
   * @param spared nodes that the commit is of no interest to
   */
  private void answer(CommitPipeline.Request request, Outcome outcome, Set<NodeId> spared) {
    Connection connection = request.connection();
    if (outcome instanceof Accepted accepted) {
      if (!isHeld(request, accepted, spared)) {
        accepted(request, accepted.result());
      }
    } else {
      DinofsException reason = ((Refused) outcome).reason();
      connection.answerCommit(request.commit(), refusal(request.tag(), reason));
      boolean stale = reason instanceof StaleException;
      ended(request, stale ? ServerMetrics.Outcome.STALE : ServerMetrics.Outcome.REFUSED);
    }
  }

  private boolean isHeld(CommitPipeline.Request request, Accepted accepted, Set<NodeId> spared) {
    CommitNumber number = accepted.result().number();
    NodeId committer = request.connection().node();
    Runnable answer =
        () -> {
          accepted(request, accepted.result());
          request.connection().flush();
        };
    return accepted.change().isPresent()
        ? barrier.hold(number, committer, spared, answer)
        : barrier.holdAgain(number, committer, subscriptions.nodes(), answer);
  }

  private void accepted(CommitPipeline.Request request, CommitResult result) {
    request
        .connection()
        .answerCommit(request.commit(), new Message.Committed(request.tag(), result));
    ended(request, ServerMetrics.Outcome.ACCEPTED);
  }

  private void ended(CommitPipeline.Request request, ServerMetrics.Outcome outcome) {
    metrics.committed(request.connection(), request.commit(), outcome, request.sinceNanos());
  }

  /** How many answers wait for strict nodes. */
  int heldAnswers() {
    return barrier.heldCount();
  }

  /** How many nodes commits wait for. */
  int strictNodes() {
    return barrier.nodes().size();
  }

  private static Message.FromServer refusal(long tag, DinofsException reason) {
    if (reason instanceof StaleException stale) {
      return new Message.Stale(tag, stale.at(), whatFits(stale.current()));
    }
    return new Message.Failure(tag, reason.kind(), reason.getMessage());
  }

  /** The first records that fit a frame together; whoever needs the others reads them. */
  private static List<VersionedRecord> whatFits(List<VersionedRecord> records) {
    List<VersionedRecord> fitting = new ArrayList<>();
    long bytes = 0;
    for (VersionedRecord record : records) {
      bytes += PageCutter.bytes(record);
      if (bytes > Frames.MAX_RECORDS_BYTES) {
        break;
      }
      fitting.add(record);
    }
    return fitting;
  }

  @Override
  public void failed(List<CommitPipeline.Request> requests, DinofsException reason) {
    log.error("{} commits failed: {}", requests.size(), reason.getMessage());
    for (CommitPipeline.Request request : requests) {
      request
          .connection()
          .answerCommit(
              request.commit(),
              new Message.Failure(request.tag(), reason.kind(), reason.getMessage()));
      request.connection().flush();
      ended(request, ServerMetrics.Outcome.REFUSED);
    }
  }

  /** Answers SUBSCRIBE, and tells the connection of every commit from then on. */
  void subscribe(Connection connection, Message.Subscribe request) {
    CommitNumber from = request.from();
    pipeline.execute(
        () -> {
          try {
            boolean resumed =
                isTrusted(connection, request)
                    ? resumption.answer(connection, request.tag(), from, newest)
                    : startAnew(connection);
            connection.feed().begin(newest, request.everything(), resumed);
            subscriptions.add(connection);
          } catch (DinofsException e) {
            log.error("{} can't subscribe: {}", connection, e.getMessage());
            connection.send(new Message.Failure(request.tag(), e.kind(), e.getMessage()));
          }
          connection.flush();
        });
  }

  /** Lets commits wait for a strict node; false if it has to show first that it applies them. */
  private boolean isTrusted(Connection connection, Message.Subscribe request)
      throws DinofsException {
    if (!connection.isStrict()) {
      return true;
    }
    StrictBarrier.Joined joined = barrier.join(connection.node(), appliedBy(request), newest);
    joined.answers().forEach(Runnable::run);
    strictNodes.remember(barrier.nodes());
    return joined.trusted();
  }

  /** As something that was not asked for, it does not say that the node has a lease. */
  private boolean startAnew(Connection connection) {
    connection.send(new Message.Reset(Message.NO_TAG, newest));
    return false;
  }

  /**
   * A node that knows nothing is behind nobody; one that knows another history has applied nothing
   * of this one.
   */
  private CommitNumber appliedBy(Message.Subscribe request) {
    if (request.from().equals(CommitNumber.NONE)) {
      return newest;
    }
    return request.applied().isAfter(newest) ? CommitNumber.NONE : request.applied();
  }

  /** The node uses nothing any more that it was told; nobody waits for it. */
  void unsubscribe(Connection connection) {
    pipeline.execute(
        () -> {
          // The connection may be gone already: who says goodbye closes it at once.
          subscriptions.remove(connection);
          connection.feed().end();
          if (connection.isStrict() && !subscriptions.has(connection.node())) {
            barrier.leave(connection.node()).forEach(Runnable::run);
            remember();
          }
        });
  }

  /** The connection is gone; the node keeps its lease. */
  void closed(Connection connection) {
    subscriptions.remove(connection);
  }

  /**
   * The node lives.
   *
   * @return whether it may be told that its lease goes on
   */
  boolean heard(Connection connection) {
    if (!connection.isStrict()) {
      return true;
    }
    if (!connection.feed().isSubscribed()) {
      // What it has a lease for is another connection, or one that is to come.
      return !barrier.knows(connection.node());
    }
    return switch (barrier.heard(connection.node())) {
      case RENEWED -> true;
      case REFUSED -> false;
      case MAY_RETURN -> {
        pipeline.execute(() -> takeBack(connection.node()));
        yield false;
      }
    };
  }

  /** Written down first: after a restart, too, commits have to wait for whoever has a lease. */
  private void takeBack(NodeId node) {
    Set<NodeId> strict = new HashSet<>(barrier.nodes());
    if (strict.add(node)) {
      try {
        strictNodes.remember(strict);
        barrier.takeBack(node);
      } catch (DinofsException e) {
        log.warn("node {} is not waited for again: {}", node, e.getMessage());
      }
    }
  }

  void applied(Connection connection, CommitNumber upTo) {
    if (connection.isStrict()) {
      barrier.applied(connection.node(), upTo).forEach(Runnable::run);
    }
  }

  /**
   * Drops nodes whose lease has run out.
   *
   * @param connections all that are open
   */
  void expire(Set<Connection> connections) {
    long now = System.nanoTime();
    for (Connection connection : connections) {
      if (now - connection.heardNanos() > lease.toNanos()) {
        connection.cutOff("it was silent for longer than " + lease.toMillis() + " ms");
      }
    }
    StrictBarrier.Expiry expiry = barrier.expire();
    for (NodeId node : expiry.gone()) {
      log.warn(
          "the lease of node {} has run out, commits do not wait for it any more{}",
          node,
          expiry.behind().contains(node) ? " until it applies again what it is told" : "");
    }
    for (Connection connection : connections) {
      if (expiry.behind().contains(connection.node())) {
        connection.cutOff("it has not applied a commit for " + lease.toMillis() + " ms");
      } else if (expiry.gone().contains(connection.node()) && connection.isStrict()) {
        connection.cutOff("its lease has run out");
      }
    }
    if (!expiry.gone().isEmpty()) {
      pipeline.execute(this::remember);
    }
    expiry.answers().forEach(Runnable::run);
  }

  private void remember() {
    try {
      strictNodes.remember(barrier.nodes());
    } catch (DinofsException e) {
      // One node too many is remembered: after a restart commits wait for its lease.
      log.warn("can't write down which nodes are strict: {}", e.getMessage());
    }
  }

  /**
   * Takes no commit any more and waits until those taken are answered, for one lease at most. What
   * is not answered then is sent again by its client.
   */
  void stop() throws InterruptedException {
    stopping = true;
    CountDownLatch drained = new CountDownLatch(1);
    pipeline.execute(drained::countDown);
    long limit = System.nanoTime() + lease.toNanos();
    boolean done = drained.await(lease.toNanos(), TimeUnit.NANOSECONDS);
    while (done && barrier.heldCount() > 0 && System.nanoTime() < limit) {
      Thread.sleep(10);
    }
  }
}
