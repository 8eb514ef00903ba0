package io.dinofs.remote.metadata;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.util.Arrays;
import java.util.List;

/**
 * Measures a running metadata server: {@code CommitLatency PORT [COMMITS]} prints how long one
 * commit and one read take, one after the other.
 */
final class CommitLatency {
  private static final double NANOS_PER_MICRO = 1000;

  private CommitLatency() {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
    NodeId node = NodeId.random();
    try (RemoteVersionedStore store =
        RemoteVersionedStore.connect(RemoteSettings.of("127.0.0.1", port, node))) {
      Acknowledging listener = new Acknowledging();
      try (var subscription = store.subscribe(CommitNumber.NONE, listener)) {
        listener.subscription = subscription;
        measure("commit (warming up)", commits(store, node, count));
        measure("commit", commits(store, node, count));
        measure("get", gets(store, count));
      }
    }
  }

  private static final class Acknowledging implements VersionedStore.CommitListener {
    private volatile VersionedStore.Subscription subscription;

    @Override
    public void committed(CommittedChange change) {
      subscription.applied(change.number());
    }

    @Override
    public void reset(CommitNumber at) {}
  }

  private static long counter;

  private static long[] commits(RemoteVersionedStore store, NodeId node, int count)
      throws Exception {
    RecordKey key = RecordKey.xattr(new InodeId(2), Bytes.utf8("user.measured"));
    Version version =
        store.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0).version();
    Bytes value = Bytes.wrap(new byte[100]);
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      counter++;
      Commit commit =
          new Commit(new CommitId(node, counter), List.of(new Mutation.Put(key, version, value)));
      long start = System.nanoTime();
      version = Version.of(store.commit(commit).number());
      nanos[i] = System.nanoTime() - start;
    }
    return nanos;
  }

  private static long[] gets(RemoteVersionedStore store, int count) throws Exception {
    List<RecordKey> keys = List.of(RecordKey.attributes(InodeId.ROOT));
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      store.get(keys, Children.WITHOUT_ATTRIBUTES);
      nanos[i] = System.nanoTime() - start;
    }
    return nanos;
  }

  private static void measure(String what, long[] nanos) {
    double mean = Arrays.stream(nanos).average().orElse(0) / NANOS_PER_MICRO;
    Arrays.sort(nanos);
    System.out.printf(
        "%s: mean %.1f us, p50 %.1f us, p99 %.1f us, %.0f/s%n",
        what,
        mean,
        nanos[nanos.length / 2] / NANOS_PER_MICRO,
        nanos[nanos.length * 99 / 100] / NANOS_PER_MICRO,
        1_000_000 / mean);
  }
}
