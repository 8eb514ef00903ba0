package io.dinofs.remote.metadata;

import io.dinofs.cache.CacheSettings;
import io.dinofs.cache.CachingVersionedStore;
import io.dinofs.cache.OfflineMode;
import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.Content;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures a running metadata server with many clients, or fills it.
 *
 * <ul>
 *   <li>{@code Scale clients PORT CLIENTS WRITERS SECONDS}: how long a commit takes. Each writer
 *       has records of its own; the others have the root directory cached.
 *   <li>{@code Scale shared PORT CLIENTS WRITERS SECONDS}: likewise, but all clients have cached
 *       what the writers change.
 *   <li>{@code Scale fill PORT FILES}: makes directories of a thousand files each in a new volume;
 *       each file refers to one of a thousand blobs, which are not put anywhere.
 * </ul>
 */
final class Scale {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int FILES_PER_DIRECTORY = 1000;
  private static final int FILES_PER_COMMIT = 500;
  private static final int BLOBS = 1000;

  private final int port;

  private Scale(int port) {
    this.port = port;
  }

  public static void main(String[] args) throws Exception {
    Scale scale = new Scale(Integer.parseInt(args[1]));
    switch (args[0]) {
      case "clients", "shared" ->
          scale.commit(
              Integer.parseInt(args[2]),
              Integer.parseInt(args[3]),
              Integer.parseInt(args[4]),
              args[0].equals("shared"));
      case "fill" -> scale.fill(Integer.parseInt(args[2]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private VersionedStore connect(NodeId node) throws DinofsException {
    return CachingVersionedStore.open(
        RemoteVersionedStore.connect(RemoteSettings.of("127.0.0.1", port, node)),
        new CacheSettings(1 << 20, OfflineMode.WAIT, 60_000));
  }

  // Commits

  private static RecordKey key(int writer) {
    return RecordKey.xattr(new InodeId(100_000_000L + writer), Bytes.utf8("user.scale"));
  }

  private void commit(int clients, int writers, int seconds, boolean shared) throws Exception {
    List<VersionedStore> stores = new ArrayList<>();
    List<RecordKey> cached = new ArrayList<>(List.of(RecordKey.attributes(InodeId.ROOT)));
    for (int i = 0; i < writers && shared; i++) {
      cached.add(key(i));
    }
    for (int i = 0; i < clients; i++) {
      VersionedStore store = connect(new NodeId(1000 + i));
      store.get(cached, Children.WITHOUT_ATTRIBUTES);
      stores.add(store);
    }
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Future<long[]>> running = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      int writer = i;
      Callable<long[]> write = () -> write(stores.get(writer), writer, end);
      running.add(threads.submit(write));
    }
    List<long[]> all = new ArrayList<>();
    for (Future<long[]> one : running) {
      all.add(one.get());
    }
    threads.shutdown();
    long[] nanos = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        "%d clients, %d write: %.0f commits/s, p50 %.2f ms, p99 %.2f ms, longest %.2f ms%n",
        clients,
        writers,
        (double) nanos.length / seconds,
        nanos[nanos.length / 2] / NANOS_PER_MILLI,
        nanos[(int) (nanos.length * 99L / 100)] / NANOS_PER_MILLI,
        nanos[nanos.length - 1] / NANOS_PER_MILLI);
    for (VersionedStore store : stores) {
      store.close();
    }
  }

  private static long[] write(VersionedStore store, int writer, long end) throws DinofsException {
    NodeId node = NodeId.random();
    Bytes value = Bytes.wrap(new byte[100]);
    Version version = read(store, key(writer)).version();
    long[] nanos = new long[1 << 20];
    int count = 0;
    for (long start = System.nanoTime(); start - end < 0; start = System.nanoTime()) {
      Mutation put = new Mutation.Put(key(writer), version, value);
      version =
          Version.of(
              store.commit(new Commit(new CommitId(node, count + 1), List.of(put))).number());
      nanos[count++] = System.nanoTime() - start;
    }
    return Arrays.copyOf(nanos, count);
  }

  private static VersionedRecord read(VersionedStore store, RecordKey key) throws DinofsException {
    return store.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  // Files

  private void fill(int files) throws DinofsException {
    NodeId node = NodeId.random();
    long start = System.nanoTime();
    try (VersionedStore store = connect(node)) {
      Filling filling = new Filling(store, node);
      for (int made = 0; made < files; made += FILES_PER_DIRECTORY) {
        filling.directory(made / FILES_PER_DIRECTORY);
      }
      filling.end();
    }
    System.out.printf("%d files in %.1f s%n", files, (System.nanoTime() - start) / 1e9);
  }

  private static final class Filling {
    private final VersionedStore store;
    private final NodeId node;
    private final VersionedRecord counter;
    private long next;
    private long commits;

    Filling(VersionedStore store, NodeId node) throws DinofsException {
      this.store = store;
      this.node = node;
      counter = read(store, VolumeFormat.NEXT_INODE);
      next = Counter.decode(counter.value().orElseThrow()).value();
    }

    void directory(int number) throws DinofsException {
      Instant now = Instant.now();
      InodeId directory = new InodeId(next++);
      Attributes empty = Attributes.create(FileType.DIRECTORY, 0755, 0, 0, 0, now);
      Bytes attributes =
          AttributesCodec.encode(empty.toBuilder().entries(FILES_PER_DIRECTORY).build());
      Name name = Name.of("directory-%05d".formatted(number));
      List<Mutation> mutations = new ArrayList<>();
      add(mutations, RecordKey.attributes(directory), attributes);
      add(mutations, RecordKey.parent(directory), InodeId.ROOT.encode());
      add(mutations, RecordKey.entry(InodeId.ROOT, name), entry(directory, FileType.DIRECTORY));
      mutations.add(new Mutation.TouchDirectory(InodeId.ROOT, 1, 1, now));
      for (int i = 0; i < FILES_PER_DIRECTORY; i++) {
        file(directory, i, now, mutations);
        if ((i + 1) % FILES_PER_COMMIT == 0) {
          commit(mutations);
          mutations.clear();
        }
      }
    }

    private void file(InodeId directory, int number, Instant now, List<Mutation> mutations) {
      InodeId inode = new InodeId(next++);
      BlobKey blob = BlobKey.of(Bytes.utf8("blob " + number % BLOBS).asBuffer());
      Attributes file =
          Attributes.create(FileType.REGULAR, 0644, 0, 0, 0, now).toBuilder()
              .size(10_000)
              .allocated(10_240)
              .content(new Content.SingleBlob(blob))
              .build();
      Name name = Name.of("a-file-with-a-name-%04d".formatted(number));
      add(mutations, RecordKey.attributes(inode), AttributesCodec.encode(file));
      add(mutations, RecordKey.entry(directory, name), entry(inode, FileType.REGULAR));
    }

    private static Bytes entry(InodeId child, FileType type) {
      return new DirectoryEntry(child, type).encode();
    }

    private static void add(List<Mutation> mutations, RecordKey key, Bytes value) {
      mutations.add(new Mutation.Put(key, Version.ABSENT, value));
    }

    private void commit(List<Mutation> mutations) throws DinofsException {
      commits++;
      var unused = store.commit(new Commit(new CommitId(node, commits), mutations));
    }

    void end() throws DinofsException {
      Bytes value = new Counter(next).encode();
      commit(List.of(new Mutation.Put(VolumeFormat.NEXT_INODE, counter.version(), value)));
    }
  }
}
