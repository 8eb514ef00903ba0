package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.fuse.Squash;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.NodeId;
import io.dinofs.store.Key;
import io.dinofs.store.WriteBack;
import io.dinofs.store.blob.ContentAddressedFileStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.lock.MemoryLockService;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystemSettings;
import io.dinofs.vfs.VolumeFileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Sends requests to the frontend over a real file system, in the caller's thread. */
final class FakeKernel implements AutoCloseable {
  final FakeDevice device = new FakeDevice();
  final FileSystem files;
  final Connection connection;

  private final MemoryVersionedStore records = new MemoryVersionedStore();
  private final DiskStore disk;
  private final Exchange exchange;
  private long lastUnique;

  FakeKernel(Path directory) throws DinofsException {
    this(directory, Squash.NONE);
  }

  FakeKernel(Path directory, Squash squash) throws DinofsException {
    disk = DiskStore.open(directory.resolve("blobs"), Durability.PROCESS_CRASH_ONLY);
    files =
        new VolumeFileSystem(
            new VolumeFileSystem.Stores(
                records,
                new ContentAddressedFileStore(disk),
                Optional.empty(),
                new AlwaysPropagated(),
                disk),
            Optional.of(new MemoryLockService()),
            Instant::now,
            NodeId.random(),
            FileSystemSettings.writeBack(Duration.ofSeconds(10), directory.resolve("lost+found")));
    connection =
        new Connection(files, new CachingNothing(), new LookupCounts(), Optional.empty(), squash);
    exchange = new Exchange(connection, device);
  }

  /** Agrees on what this kernel offers: everything. */
  AnswerBytes init() {
    return answer(
        request(Opcode.INIT, new InodeId(0))
            .fixed(64)
            .setInt(0, 7)
            .setInt(4, 45)
            .setInt(8, 131072)
            .setInt(12, -1)
            .setInt(16, -1));
  }

  RequestBytes request(Opcode opcode, InodeId inode) {
    lastUnique += 2;
    return RequestBytes.of(opcode, lastUnique, inode);
  }

  /** The one answer to a request. */
  AnswerBytes answer(RequestBytes request) {
    List<AnswerBytes> answers = answers(request.toArray());
    assertEquals(1, answers.size(), "answers");
    assertEquals(lastUnique, answers.get(0).unique());
    return answers.get(0);
  }

  /** The answers to a request: one or none. */
  List<AnswerBytes> answers(byte[] request) {
    device.add(request);
    assertTrue(exchange.receive());
    exchange.serve();
    return device.takeAnswers();
  }

  @Override
  public void close() throws DinofsException {
    exchange.close();
    files.close();
    disk.close();
    records.close();
  }

  /** There is no second blob store to bring anything to. */
  private static final class AlwaysPropagated implements WriteBack {
    @Override
    public void awaitPropagated(Collection<Key> keys, Duration limit) {}

    @Override
    public int pendingCount() {
      return 0;
    }
  }
}
