package io.dinofs.remote.metadata;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.cache.CacheSettings;
import io.dinofs.cache.CachingVersionedStore;
import io.dinofs.cache.OfflineMode;
import io.dinofs.cache.blob.BlobCache;
import io.dinofs.cache.blob.CacheLimit;
import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.store.Capacity;
import io.dinofs.store.RecordingListener;
import io.dinofs.store.VersionedStore.Subscription;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryStore;
import io.dinofs.store.paired.PairedOptions;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.ExtendedAttributes.XattrMode;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.DirectoryHandle;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.FileSystem.RenameMode;
import io.dinofs.vfs.FileSystemSettings;
import io.dinofs.vfs.Privileges;
import io.dinofs.vfs.VolumeFileSystem;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.Message;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole client, but for its mount, whose metadata server lies. Every call ends with a result or a
 * DinofsException, and once the server is honest all is well again.
 */
@Timeout(60)
final class HostileServerTest {
  private static final Duration TIMEOUT = Duration.ofMillis(200);
  private static final Name DIRECTORY = Name.of("directory");
  private static final Name FILE = Name.of("file");
  private static final Bytes ATTRIBUTE = Bytes.utf8("user.a");
  private static final Bytes TEXT = Bytes.utf8("small");
  private static final Bytes GARBAGE = Bytes.utf8("garbage");
  private static final EnumSet<OpenFlag> READ = EnumSet.of(OpenFlag.READ);

  @TempDir Path directory;
  private LyingServer server;
  private RemoteVersionedStore remote;
  private BlobCache blobs;
  private FileSystem files;
  private InodeId inner;
  private InodeId file;

  /** A call of a program, by the name of which a failure tells. */
  @FunctionalInterface
  private interface Call {
    void run() throws DinofsException;
  }

  @BeforeEach
  void mount() throws Exception {
    server = new LyingServer();
    remote = connect();
    blobs =
        BlobCache.open(
            directory.resolve("cache"),
            new BlobCache.BlobServer("memory", new MemoryStore()),
            CacheLimit.of(1 << 20),
            PairedOptions.DEFAULT);
    files =
        new VolumeFileSystem(
            new VolumeFileSystem.Stores(
                CachingVersionedStore.open(
                    remote, new CacheSettings(0, OfflineMode.READ, TIMEOUT.toMillis())),
                blobs,
                Optional.empty(),
                blobs,
                () -> new Capacity.Room(1, 1)),
            Optional.of(remote.locks()),
            remote.clock(),
            NodeId.random(),
            new FileSystemSettings(
                TIMEOUT, directory.resolve("cache").resolve("lost+found"), false, false));
    inner = files.makeDirectory(Caller.ROOT, InodeId.ROOT, DIRECTORY, 0755).inode();
    file = files.makeNode(Caller.ROOT, inner, FILE, FileType.REGULAR, 0644, 0).inode();
    write(TEXT);
    files.setXattr(Caller.ROOT, file, ATTRIBUTE, TEXT, XattrMode.ANY, Privileges.KEEP);
  }

  private RemoteVersionedStore connect() throws DinofsException {
    return RemoteVersionedStore.connect(
        new RemoteSettings(
            "127.0.0.1",
            server.port(),
            NodeId.random(),
            Consistency.PUSH,
            Optional.empty(),
            TIMEOUT));
  }

  @AfterEach
  void unmount() throws Exception {
    server.lie(LyingServer.HONEST);
    files.close();
    blobs.close();
    remote.close();
    server.close();
    try (Stream<Path> beside = Files.list(directory)) {
      assertEquals(List.of(directory.resolve("cache")), beside.toList());
    }
  }

  private void write(Bytes text) throws DinofsException {
    FileHandle handle =
        files.open(Caller.ROOT, file, EnumSet.of(OpenFlag.WRITE, OpenFlag.TRUNCATE));
    try {
      int unused = files.write(handle, text.asBuffer(), 0);
      files.flush(handle);
    } finally {
      files.release(handle);
    }
  }

  private Bytes read() throws DinofsException {
    ByteBuffer read = ByteBuffer.allocate(TEXT.length());
    FileHandle handle = files.open(Caller.ROOT, file, READ);
    try {
      int unused = files.read(handle, read, 0);
    } finally {
      files.release(handle);
    }
    return Bytes.copyOf(read.flip());
  }

  private List<String> list() throws DinofsException {
    List<String> names = new ArrayList<>();
    DirectoryHandle handle = files.openDirectory(inner);
    try {
      files.readDirectory(handle, 0, (name, inode, type, next) -> names.add(name.toUtf8()));
    } finally {
      files.releaseDirectory(handle);
    }
    return names;
  }

  /** What is read must be what was written, whatever the server says. */
  private void readVerified() throws DinofsException {
    Bytes read = read();
    assertTrue(
        read.equals(TEXT) || read.isEmpty() || read.equals(Bytes.wrap(new byte[TEXT.length()])),
        read::toHex);
  }

  /** What programs do while the server lies. */
  private Map<String, Call> calls() {
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("lookup", () -> files.lookup(inner, FILE));
    calls.put("list", this::list);
    calls.put("read", this::readVerified);
    calls.put("xattr", () -> files.listXattrs(file));
    calls.put(
        "create", () -> files.makeNode(Caller.ROOT, inner, Name.of("new"), FileType.FIFO, 0644, 0));
    calls.put(
        "rename",
        () ->
            files.rename(Caller.ROOT, InodeId.ROOT, DIRECTORY, inner, FILE, RenameMode.NO_REPLACE));
    calls.put("statistics", () -> files.statistics());
    calls.put("scan", () -> remote.scan().next());
    return calls;
  }

  /**
   * Lets programs run while the server lies, then has it say the truth.
   *
   * @return what the calls failed with; empty for one that did not
   */
  private Map<String, Optional<ErrorKind>> whatComesOf(LyingServer.Lie lie) throws Exception {
    server.lie(lie);
    Map<String, Optional<ErrorKind>> kinds = new LinkedHashMap<>();
    calls()
        .forEach(
            (name, call) -> {
              try {
                call.run();
                kinds.put(name, Optional.empty());
              } catch (DinofsException e) {
                kinds.put(name, Optional.of(e.kind()));
              }
            });
    server.lie(LyingServer.HONEST);
    assertWellAgain();
    if (list().contains("new")) {
      files.unlink(Caller.ROOT, inner, Name.of("new"));
    }
    return kinds;
  }

  private void assertWellAgain() {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(DinofsException.class)
        .untilAsserted(
            () -> {
              assertEquals(file, files.lookup(inner, FILE).inode());
              assertEquals(TEXT, read());
              assertTrue(list().containsAll(List.of(".", "..", "file")));
            });
  }

  /** Changes answers of one type. */
  private static <T extends Message> LyingServer.Lie of(Class<T> type, Function<T, Message> lie) {
    return (request, honest) ->
        honest.stream().map(it -> type.isInstance(it) ? lie.apply(type.cast(it)) : it).toList();
  }

  private static LyingServer.Lie ofRecords(UnaryOperator<List<VersionedRecord>> lie) {
    return of(
        Message.Records.class,
        it ->
            new Message.Records(
                it.tag(), new Snapshot(it.snapshot().at(), lie.apply(it.snapshot().records()))));
  }

  private static LyingServer.Lie ofPages(Function<Listing, Listing> lie) {
    return of(Message.Page.class, it -> new Message.Page(it.tag(), lie.apply(it.listing())));
  }

  private static Listing page(Listing honest, boolean more, List<VersionedRecord> records) {
    return new Listing(honest.at(), records, List.of(), more);
  }

  private VersionedRecord entry(String name, long child) {
    return VersionedRecord.present(
        new RecordKey(inner, RecordKind.ENTRY, Bytes.utf8(name)),
        new Version(1),
        new DirectoryEntry(new InodeId(child), FileType.REGULAR).encode());
  }

  private static LyingServer.Lie ofValues(RecordKind kind, UnaryOperator<Bytes> lie) {
    return ofRecords(
        records ->
            records.stream()
                .map(
                    it ->
                        it.key().kind() == kind && it.isPresent()
                            ? VersionedRecord.present(
                                it.key(), it.version(), lie.apply(it.value().orElseThrow()))
                            : it)
                .toList());
  }

  private static Bytes changed(Bytes attributes, UnaryOperator<Attributes.Builder> change) {
    try {
      return AttributesCodec.encode(
          change.apply(AttributesCodec.decode(attributes).toBuilder()).build());
    } catch (DinofsException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertRefused(Map<String, Optional<ErrorKind>> kinds, String... calls) {
    for (String call : calls) {
      assertEquals(Optional.of(ErrorKind.PROTOCOL), kinds.get(call), call + " of " + kinds);
    }
  }

  @Test
  void recordsThatNobodyAskedForAreRefused() throws Exception {
    VersionedRecord other = VersionedRecord.present(attributes(666), new Version(9), GARBAGE);
    assertRefused(
        whatComesOf(ofRecords(records -> Collections.nCopies(records.size(), other))),
        "lookup",
        "create");
    assertRefused(whatComesOf(ofRecords(records -> List.of())), "lookup", "create");
    assertRefused(
        whatComesOf(ofRecords(it -> Stream.concat(it.stream(), Stream.of(other)).toList())),
        "lookup",
        "create");
    assertRefused(
        whatComesOf(
            (request, honest) ->
                request instanceof Message.Get get
                    ? List.of(new Message.Statistics(get.tag(), server.volume.statistics()))
                    : honest),
        "lookup",
        "create");
  }

  @Test
  void aListingHasNoNamesThatAreNoneAndEnds() throws Exception {
    assertRefused(whatComesOf(ofPages(it -> page(it, true, List.of()))), "list");
    assertRefused(
        whatComesOf(ofPages(it -> page(it, true, List.of(entry("b", 5), entry("a", 5))))), "list");
    assertRefused(
        whatComesOf(ofPages(it -> page(it, true, Collections.nCopies(2, entry("a", 5))))), "list");
    VersionedRecord elsewhere = VersionedRecord.present(attributes(666), new Version(9), GARBAGE);
    assertRefused(whatComesOf(ofPages(it -> page(it, false, List.of(elsewhere)))), "list");
    for (String name : List.of("..", ".", "a/b", "/etc/passwd", "a\0b")) {
      assertRefused(whatComesOf(ofPages(it -> page(it, false, List.of(entry(name, 5))))), "list");
    }
  }

  @Test
  void inodesThatAreNoneDoNoHarm() throws Exception {
    for (long child : new long[] {0, 1, -1, inner.value()}) {
      whatComesOf(
          ofValues(
              RecordKind.ENTRY,
              it -> new DirectoryEntry(new InodeId(child), FileType.DIRECTORY).encode()));
    }
    whatComesOf(ofValues(RecordKind.PARENT, it -> inner.encode()));
    whatComesOf(ofValues(RecordKind.ENTRY, it -> GARBAGE));
    whatComesOf(ofValues(RecordKind.ATTRIBUTES, it -> GARBAGE));
    whatComesOf(ofValues(RecordKind.COUNTER, it -> new InodeId(-1).encode()));
    whatComesOf(ofValues(RecordKind.COUNTER, it -> GARBAGE));
  }

  @Test
  void contentsAreServedOnlyIfTheyAreWhatTheAttributesName() throws Exception {
    BlobKey nowhere = BlobKey.of(Bytes.utf8("nowhere").asBuffer());
    BlobKey here = blobs.put(GARBAGE.asBuffer());
    whatComesOf(ofValues(RecordKind.DATA, it -> GARBAGE));
    for (Content content :
        List.of(
            new Content.SingleBlob(nowhere),
            new Content.Chunked(nowhere),
            new Content.Chunked(here),
            new Content.InRecord(nowhere))) {
      for (long size : new long[] {5, 1 << 30, Long.MAX_VALUE}) {
        server.lie(
            ofValues(
                RecordKind.ATTRIBUTES, it -> changed(it, all -> all.content(content).size(size))));
        assertThrows(DinofsException.class, this::read);
      }
    }
    server.lie(LyingServer.HONEST);
    assertWellAgain();
  }

  @Test
  void commitsThatNobodyHasSentAndNumbersThatTurnBackAreNoMatter() throws Exception {
    Message.Committed ofNobody =
        new Message.Committed(
            1L << 40, new CommitResult(new CommitNumber(Long.MAX_VALUE), List.of()));
    server.say(ofNobody, new Message.Pong(1L << 41, new CommitNumber(3), 7));
    assertWellAgain();
    whatComesOf(
        of(
            Message.Records.class,
            it ->
                new Message.Records(
                    it.tag(), new Snapshot(CommitNumber.NONE, it.snapshot().records()))));
    VersionedRecord other = VersionedRecord.present(attributes(666), new Version(9), GARBAGE);
    for (CommitResult result :
        List.of(
            new CommitResult(CommitNumber.NONE, List.of()),
            new CommitResult(new CommitNumber(2), List.of(other)))) {
      assertRefused(
          whatComesOf(of(Message.Committed.class, it -> new Message.Committed(it.tag(), result))),
          "create");
    }
    assertRefused(
        whatComesOf(
            of(
                Message.Committed.class,
                it -> new Message.Stale(it.tag(), it.result().number(), List.of(other)))),
        "create");
  }

  @Test
  void pushesOfWhatNobodyKnowsAreTakenOrEndTheConnection() throws Exception {
    long newest = server.newest().value();
    FileHandle open = files.open(Caller.ROOT, file, READ);
    server.say(
        LyingServer.push(newest + 1, attributes(666), GARBAGE),
        LyingServer.push(newest + 2, RecordKey.attributes(file), GARBAGE),
        LyingServer.push(newest + 3, RecordKey.entry(inner, FILE), GARBAGE),
        LyingServer.push(1, RecordKey.attributes(file), GARBAGE),
        new Message.Passed(CommitNumber.NONE),
        new Message.AskInterest(-1));
    assertWellAgain();
    server.say(
        LyingServer.push(
            newest + 9,
            new RecordKey(inner, RecordKind.ENTRY, Bytes.utf8("../x")),
            new DirectoryEntry(file, FileType.REGULAR).encode()));
    assertWellAgain();
    VersionedRecord absent = VersionedRecord.absent(attributes(666));
    server.say(
        new Message.Push(
            Message.Push.NOBODY,
            new CommittedChange(
                new CommitNumber(newest + 10), Collections.nCopies(100_000, absent))));
    assertWellAgain();
    for (int length : new int[] {0, -1, Integer.MAX_VALUE}) {
      server.sayBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
      assertWellAgain();
    }
    files.release(open);
  }

  @Test
  void aResumptionThatNeverEndsIsNotKeptInMemory() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (RemoteVersionedStore other = connect();
        Subscription subscription = other.subscribe(CommitNumber.NONE, listener)) {
      listener.attach(subscription);
      Bytes value = Bytes.wrap(new byte[VersionedRecord.MAX_VALUE_BYTES]);
      List<VersionedRecord> records =
          Collections.nCopies(60, VersionedRecord.present(xattr(666, "x"), new Version(1), value));
      Message part =
          new Message.Push(Message.Push.NOBODY, new CommittedChange(CommitNumber.NONE, records));
      for (int i = 0; i < 10; i++) {
        server.say(part);
      }
      CommitNumber end = new CommitNumber(server.newest().value() + 1);
      server.say(new Message.Push(Message.Push.NOBODY, new CommittedChange(end, records)));
      await().until(() -> listener.newest().equals(end));
      assertTrue(listener.resets().contains(end), "what was dropped is read anew");
      assertEquals(List.of(), listener.changes());
    }
  }

  @Test
  void aServerThatHasBecomeAnotherVolumesIsNotListenedTo() throws Exception {
    server.welcomeTo(Optional.of(new VolumeId(UUID.randomUUID())), LyingServer.LEASE_MILLIS);
    server.hangUp();
    await()
        .untilAsserted(
            () ->
                assertEquals(
                    ErrorKind.WRONG_VOLUME,
                    assertThrows(DinofsException.class, () -> files.statistics()).kind()));
    server.welcomeTo(Optional.empty(), 1);
    assertWellAgain();
  }

  @Test
  void whoIsNotAnsweredIsToldSoInTime() throws Exception {
    server.lie(
        (request, honest) ->
            request instanceof Message.Hello || request instanceof Message.Ping
                ? honest
                : List.of());
    for (String call : List.of("lookup", "create")) {
      assertEquals(
          ErrorKind.UNAVAILABLE,
          assertThrows(DinofsException.class, () -> calls().get(call).run()).kind());
    }
    server.lie(LyingServer.HONEST);
    assertWellAgain();
  }

  @Test
  void everyKindOfFailureIsAFailure() throws Exception {
    for (ErrorKind kind : ErrorKind.values()) {
      server.lie(
          (request, honest) ->
              request instanceof Message.Get
                  ? List.of(new Message.Failure(request.tag(), kind, "\n\u001b[2J"))
                  : honest);
      String told =
          assertThrows(DinofsException.class, () -> files.lookup(inner, FILE)).getMessage();
      assertTrue(told.chars().noneMatch(Character::isISOControl), "nobody forges lines of a log");
    }
    server.lie(LyingServer.HONEST);
    assertWellAgain();
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aServerThatTalksAndDoesNotReadKeepsNobody() throws Exception {
    server.setReads(false);
    await().untilAsserted(() -> assertThrows(DinofsException.class, remote::statistics));
    Bytes value = Bytes.wrap(new byte[VersionedRecord.MAX_VALUE_BYTES]);
    List<Mutation> puts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      puts.add(putNew(xattr(666, "x" + i), value));
    }
    Volumes.Committer committer = new Volumes.Committer(NodeId.random());
    for (int i = 0; i < 2; i++) {
      assertThrows(
          DinofsException.class, () -> remote.commit(committer.of(puts.toArray(Mutation[]::new))));
    }
    server.setReads(true);
    assertWellAgain();
  }
}
