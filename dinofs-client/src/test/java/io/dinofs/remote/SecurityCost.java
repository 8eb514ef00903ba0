package io.dinofs.remote;

import io.dinofs.access.Access;
import io.dinofs.access.ShownToken;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.remote.blob.HttpStore;
import io.dinofs.remote.blob.HttpStoreSettings;
import io.dinofs.remote.metadata.RemoteSettings;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.Key;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.tls.ClientTls;
import io.dinofs.wire.Consistency;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Measures what TLS and tokens cost, with pairs of running servers in turns: each argument is one
 * pair, {@code METADATA_PORT,BLOB_PORT[,CA_FILE[,TOKEN_FILE]]}, the first of them the measure. Not
 * a test.
 */
public final class SecurityCost {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int ROUNDS = 15;
  private static final int COMMITS = 1000;
  private static final int BLOBS = 100;
  private static final int BLOB_BYTES = 1 << 20;

  private final Random random = new Random();
  private final NodeId node = NodeId.random();
  private final RemoteVersionedStore volume;
  private final HttpStore blobs;
  private long counter;

  /** Of each round: microseconds for a commit, MB/s in, MB/s out. */
  private final List<double[]> rounds = new ArrayList<>();

  private SecurityCost(String[] pair) throws Exception {
    Optional<ClientTls> tls =
        pair.length > 2 && !pair[2].isEmpty()
            ? Optional.of(ClientTls.trusting(Path.of(pair[2]), Optional.empty()))
            : Optional.empty();
    Optional<ShownToken> token =
        pair.length > 3 ? Optional.of(ShownToken.in(Path.of(pair[3]))) : Optional.empty();
    Access access = new Access(tls, token, false);
    volume =
        RemoteVersionedStore.connect(
            new RemoteSettings(
                "127.0.0.1",
                Integer.parseInt(pair[0]),
                node,
                Consistency.PUSH,
                Optional.empty(),
                LIMIT,
                access));
    String scheme = tls.isPresent() ? "https" : "http";
    URI server = URI.create(scheme + "://127.0.0.1:" + pair[1]);
    blobs = new HttpStore(new HttpStoreSettings(server, access, LIMIT, LIMIT, Duration.ZERO, 3));
  }

  /** Measures and prints medians. */
  public static void main(String[] pairs) throws Exception {
    List<SecurityCost> costs = new ArrayList<>();
    for (String pair : pairs) {
      costs.add(new SecurityCost(pair.split(",", -1)));
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (SecurityCost cost : costs) {
        cost.round();
      }
    }
    double[] first = costs.get(0).medians();
    for (int i = 0; i < pairs.length; i++) {
      double[] median = costs.get(i).medians();
      System.out.printf(
          "%d: commit %.0f us (%+.0f %%), put %.0f MB/s (%+.0f %%), get %.0f MB/s (%+.0f %%)%n",
          i,
          median[0],
          percent(median[0], first[0]),
          median[1],
          percent(median[1], first[1]),
          median[2],
          percent(median[2], first[2]));
    }
    System.exit(0);
  }

  private static double percent(double value, double of) {
    return 100 * (value / of - 1);
  }

  /** The first third is for warming up. */
  private double[] medians() {
    double[] medians = new double[3];
    for (int i = 0; i < medians.length; i++) {
      int figure = i;
      double[] sorted =
          rounds.stream().skip(ROUNDS / 3).mapToDouble(round -> round[figure]).sorted().toArray();
      medians[i] = sorted[sorted.length / 2];
    }
    return medians;
  }

  private void round() throws Exception {
    rounds.add(new double[] {commitMicros(), 0, 0});
    double[] round = rounds.get(rounds.size() - 1);
    List<Bytes> values = new ArrayList<>();
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < BLOBS; i++) {
      byte[] value = new byte[BLOB_BYTES];
      random.nextBytes(value);
      values.add(Bytes.wrap(value));
      keys.add(Key.ofBlob(BlobKey.of(values.get(i).asBuffer())));
    }
    long start = System.nanoTime();
    for (int i = 0; i < BLOBS; i++) {
      blobs.put(keys.get(i), values.get(i));
    }
    round[1] = megabytesPerSecond(start);
    start = System.nanoTime();
    for (Key key : keys) {
      Bytes unused = blobs.get(key).orElseThrow();
    }
    round[2] = megabytesPerSecond(start);
  }

  private static double megabytesPerSecond(long startNanos) {
    return 1e3 * BLOBS * BLOB_BYTES / (System.nanoTime() - startNanos);
  }

  /** The median. */
  private double commitMicros() throws Exception {
    RecordKey key = RecordKey.xattr(new InodeId(2), Bytes.utf8("user.measured"));
    Version version =
        volume.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0).version();
    Bytes value = Bytes.wrap(new byte[300]);
    long[] nanos = new long[COMMITS];
    for (int i = 0; i < COMMITS; i++) {
      counter++;
      Commit commit =
          new Commit(new CommitId(node, counter), List.of(new Mutation.Put(key, version, value)));
      long start = System.nanoTime();
      version = Version.of(volume.commit(commit).number());
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[COMMITS / 2] / 1e3;
  }
}
