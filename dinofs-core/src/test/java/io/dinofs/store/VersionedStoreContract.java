package io.dinofs.store;

import static io.dinofs.store.Volumes.SOME_TIME;
import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.attributesIn;
import static io.dinofs.store.Volumes.check;
import static io.dinofs.store.Volumes.delete;
import static io.dinofs.store.Volumes.directory;
import static io.dinofs.store.Volumes.entry;
import static io.dinofs.store.Volumes.entryOf;
import static io.dinofs.store.Volumes.file;
import static io.dinofs.store.Volumes.put;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.text;
import static io.dinofs.store.Volumes.touch;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.KeyIds;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.VersionedStore.Children;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What {@link VersionedStore} promises. Every implementation passes it, remote, cached and wrapped
 * ones too.
 */
public abstract class VersionedStoreContract {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long CREATED = 10;

  /** The store under test, open, on a volume of its own. */
  protected VersionedStore store;

  /** Makes the commits of this test. */
  protected Volumes.Committer committer;

  /** Opens a store on a new volume. It is closed by the contract. */
  protected abstract VersionedStore open() throws Exception;

  /**
   * Another node's view of the volume that {@link #open} has opened. It is closed by the contract.
   */
  protected VersionedStore openPeer() throws Exception {
    return store;
  }

  /**
   * Opens the volume again after its store has been closed; empty if the store does not outlive its
   * closing.
   */
  protected Optional<VersionedStore> reopen() throws Exception {
    return Optional.empty();
  }

  /** The node whose commits this test makes. */
  protected NodeId node() {
    return NodeId.random();
  }

  @BeforeEach
  void openStore() throws Exception {
    store = open();
    committer = new Volumes.Committer(node());
  }

  @AfterEach
  void closeStore() throws Exception {
    if (store != null) {
      store.close();
    }
  }

  // A new volume

  @Test
  void aNewVolumeHasARootDirectory() throws Exception {
    VersionedRecord record = get(attributes(1));
    Attributes root = attributesIn(record);
    assertEquals(FileType.DIRECTORY, root.type());
    assertEquals(0755, root.mode());
    assertEquals(2, root.nlink());
    assertEquals(0, root.entries());
    assertEquals(
        InodeId.ROOT, InodeId.decode(get(RecordKey.parent(InodeId.ROOT)).value().orElseThrow()));
    assertTrue(get(VolumeFormat.NEXT_INODE).isPresent());
    VolumeFormat.check(get(VolumeFormat.FORMAT));
  }

  @Test
  void aVolumeKeepsItsIdentity() throws Exception {
    assertNotNull(store.volume());
    assertEquals(store.volume(), store.volume());
  }

  // Versions and absence

  @Test
  void anAbsentRecordIsReadAsAbsent() throws Exception {
    VersionedRecord record = get(xattr(CREATED, "none"));
    assertEquals(VersionedRecord.absent(xattr(CREATED, "none")), record);
  }

  @Test
  void aCommittedRecordIsReadWithTheCommitsNumberAsItsVersion() throws Exception {
    CommitResult result = commit(putNew(xattr(CREATED, "k"), "v"));
    VersionedRecord record = get(xattr(CREATED, "k"));
    assertEquals("v", text(record));
    assertEquals(Version.of(result.number()), record.version());
  }

  @Test
  void aRecordMayHaveAnEmptyValueAndTheLargestOne() throws Exception {
    Bytes largest = Bytes.wrap(new byte[VersionedRecord.MAX_VALUE_BYTES]);
    commit(
        putNew(xattr(CREATED, "empty"), Bytes.EMPTY), putNew(xattr(CREATED, "largest"), largest));
    assertEquals(Optional.of(Bytes.EMPTY), get(xattr(CREATED, "empty")).value());
    assertEquals(Optional.of(largest), get(xattr(CREATED, "largest")).value());
  }

  @Test
  void everyCommitHasTheNextNumber() throws Exception {
    CommitNumber first = commit(putNew(xattr(CREATED, "a"), "")).number();
    CommitNumber second = commit(putNew(xattr(CREATED, "b"), "")).number();
    assertEquals(first.next(), second);
    assertEquals(second, store.statistics().newest());
  }

  @Test
  void theVersionGrowsOverDeletionAndRecreation() throws Exception {
    RecordKey key = xattr(CREATED, "k");
    Version first = Version.of(commit(putNew(key, "1")).number());
    commit(delete(key, first));
    assertFalse(get(key).isPresent());
    commit(putNew(key, "2"));
    assertTrue(get(key).version().compareTo(first) > 0);
  }

  @Test
  void aReadAfterACommitIsNotOlderThanTheCommit() throws Exception {
    CommitResult result = commit(putNew(xattr(CREATED, "k"), "v"));
    Snapshot snapshot = store.get(List.of(xattr(CREATED, "other")), Children.WITHOUT_ATTRIBUTES);
    assertFalse(result.number().isAfter(snapshot.at()));
  }

  // What is refused

  @Test
  void aCommitThatSawAnOldVersionIsRefusedWithTheCurrentRecord() throws Exception {
    RecordKey key = xattr(CREATED, "k");
    Version old = Version.of(commit(putNew(key, "1")).number());
    commit(put(key, old, "2"));
    StaleException stale = assertThrows(StaleException.class, () -> commit(put(key, old, "3")));
    assertEquals(List.of(get(key)), stale.current());
    assertEquals("2", text(get(key)));
  }

  @Test
  void everyStaleRecordIsNamedAndNoOther() throws Exception {
    commit(putNew(xattr(CREATED, "a"), "1"), putNew(xattr(CREATED, "b"), "1"));
    Mutation[] mutations = {
      putNew(xattr(CREATED, "a"), "2"),
      putNew(xattr(CREATED, "fresh"), "2"),
      delete(xattr(CREATED, "gone"), new Version(1)),
      check(xattr(CREATED, "b"), Version.ABSENT),
      touch(777, 1, 0, SOME_TIME)
    };
    StaleException stale = assertThrows(StaleException.class, () -> commit(mutations));
    assertEquals(
        List.of(
            get(xattr(CREATED, "a")),
            VersionedRecord.absent(xattr(CREATED, "gone")),
            get(xattr(CREATED, "b")),
            VersionedRecord.absent(attributes(777))),
        stale.current());
  }

  @Test
  void aRefusedCommitChangesNothing() throws Exception {
    commit(putNew(attributes(CREATED), directory()), putNew(xattr(CREATED, "taken"), "1"));
    CommitNumber newest = store.statistics().newest();
    Attributes before = attributesIn(get(attributes(CREATED)));
    assertThrows(
        StaleException.class,
        () ->
            commit(
                putNew(xattr(CREATED, "fresh"), "2"),
                touch(CREATED, 1, 0, SOME_TIME.plusSeconds(1)),
                putNew(xattr(CREATED, "taken"), "2")));
    assertFalse(get(xattr(CREATED, "fresh")).isPresent());
    assertEquals("1", text(get(xattr(CREATED, "taken"))));
    assertEquals(before, attributesIn(get(attributes(CREATED))));
    assertEquals(newest, store.statistics().newest());
  }

  @Test
  void aCheckOfTheCurrentVersionLetsTheCommitPassAndWritesNothing() throws Exception {
    RecordKey key = xattr(CREATED, "checked");
    Version version = Version.of(commit(putNew(key, "1")).number());
    commit(
        check(key, version),
        check(xattr(CREATED, "none"), Version.ABSENT),
        putNew(xattr(CREATED, "k"), "v"));
    assertEquals(version, get(key).version());
    assertTrue(get(xattr(CREATED, "k")).isPresent());
  }

  @Test
  void aCheckOfAnOldVersionRefusesTheCommit() throws Exception {
    RecordKey key = xattr(CREATED, "checked");
    commit(putNew(key, "1"));
    assertThrows(
        StaleException.class,
        () -> commit(check(key, Version.ABSENT), putNew(xattr(CREATED, "k"), "v")));
    assertFalse(get(xattr(CREATED, "k")).isPresent());
  }

  @Test
  void aValueThatNobodyCouldDecodeIsRefused() throws Exception {
    assertFails(ErrorKind.INVALID, () -> commit(putNew(attributes(CREATED), "no attributes")));
    assertFails(ErrorKind.INVALID, () -> commit(putNew(entry(1, "f"), "no entry")));
    assertFails(
        ErrorKind.INVALID,
        () -> commit(putNew(RecordKey.data(new InodeId(CREATED)), "x".repeat(4097))));
    assertFalse(get(attributes(CREATED)).isPresent());
  }

  @Test
  void aNameThatNoFileCanHaveIsRefused() throws Exception {
    for (String name : List.of(".", "..", "a/b", "/", "a\0b", "../../etc/passwd")) {
      RecordKey key = new RecordKey(InodeId.ROOT, RecordKind.ENTRY, Bytes.utf8(name));
      assertFails(ErrorKind.INVALID, () -> commit(putNew(key, entryOf(CREATED))));
    }
    assertFails(ErrorKind.INVALID, () -> commit(putNew(entry(1, "root"), entryOf(1))));
    assertFails(ErrorKind.INVALID, () -> commit(putNew(entry(1, "volume"), entryOf(0))));
    assertEquals(List.of(), list(1, RecordKind.ENTRY, Bytes.EMPTY, 10).records());
  }

  @Test
  void whatEveryNodeReliesOnCannotBeTakenAway() throws Exception {
    for (RecordKey key :
        List.of(
            attributes(1),
            RecordKey.parent(InodeId.ROOT),
            VolumeFormat.FORMAT,
            VolumeFormat.NEXT_INODE)) {
      assertFails(ErrorKind.INVALID, () -> commit(delete(key, get(key).version())));
    }
    commit(putNew(attributes(CREATED), directory()));
    for (RecordKey key : List.of(attributes(1), attributes(CREATED))) {
      Mutation put = new Mutation.Put(key, get(key).version(), file());
      assertFails(ErrorKind.INVALID, () -> commit(put));
    }
    VersionedRecord next = get(VolumeFormat.NEXT_INODE);
    long value = Counter.decode(next.value().orElseThrow()).value();
    for (long wrong : new long[] {value - 1, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      Mutation put = new Mutation.Put(next.key(), next.version(), new Counter(wrong).encode());
      assertFails(ErrorKind.INVALID, () -> commit(put));
    }
    commit(new Mutation.Put(next.key(), next.version(), new Counter(value + 1024).encode()));
    Mutation format =
        new Mutation.Put(
            VolumeFormat.FORMAT, get(VolumeFormat.FORMAT).version(), new Counter(9).encode());
    assertFails(ErrorKind.INVALID, () -> commit(format));
  }

  @Test
  void aVolumeStaysEncryptedWithItsKeys() throws Exception {
    RecordKey key = RecordKey.keys();
    assertFails(ErrorKind.INVALID, () -> commit(putNew(key, "no ids")));
    commit(new Mutation.Put(key, Version.ABSENT, new KeyIds(List.of(7L)).encode()));
    Version version = get(key).version();
    assertFails(ErrorKind.INVALID, () -> commit(delete(key, version)));
    for (List<Long> wrong : List.of(List.of(8L), List.of(8L, 7L))) {
      Mutation put = new Mutation.Put(key, version, new KeyIds(wrong).encode());
      assertFails(ErrorKind.INVALID, () -> commit(put));
    }
    commit(new Mutation.Put(key, version, new KeyIds(List.of(7L, 8L)).encode()));
  }

  // Touched directories

  @Test
  void touchingADirectoryCountsAndReturnsItsNewAttributes() throws Exception {
    Attributes before = attributesIn(get(attributes(1)));
    CommitResult result = commit(touch(1, 3, 2, before.mtime().plusNanos(1)));
    Attributes after = attributesIn(get(attributes(1)));
    assertEquals(before.entries() + 3, after.entries());
    assertEquals(before.nlink() + 2, after.nlink());
    assertEquals(before.mtime().plusNanos(1), after.mtime());
    assertEquals(before.mtime().plusNanos(1), after.ctime());
    assertEquals(before.atime(), after.atime());
    assertEquals(List.of(get(attributes(1))), result.touched());
    assertEquals(Version.of(result.number()), get(attributes(1)).version());
  }

  @Test
  void touchingADirectoryNeverTurnsItsTimesBack() throws Exception {
    commit(putNew(attributes(CREATED), directory()));
    commit(touch(CREATED, 1, 0, SOME_TIME.minusSeconds(1)));
    Attributes after = attributesIn(get(attributes(CREATED)));
    assertEquals(SOME_TIME, after.mtime());
    assertEquals(SOME_TIME, after.ctime());
    assertEquals(1, after.entries());
  }

  @Test
  void touchingADirectoryReplacesAnMtimeThatWasSetToTheFuture() throws Exception {
    Attributes past = AttributesCodec.decode(directory());
    Attributes future = past.toBuilder().mtime(SOME_TIME.plusSeconds(9)).build();
    commit(putNew(attributes(CREATED), AttributesCodec.encode(future)));

    commit(touch(CREATED, 1, 0, SOME_TIME.plusNanos(1)));
    assertEquals(SOME_TIME.plusNanos(1), attributesIn(get(attributes(CREATED))).mtime());
  }

  @Test
  void touchingWhatIsNoDirectoryIsStale() throws Exception {
    commit(putNew(attributes(CREATED), file()));
    StaleException stale =
        assertThrows(StaleException.class, () -> commit(touch(CREATED, 1, 0, SOME_TIME)));
    assertEquals(List.of(get(attributes(CREATED))), stale.current());
  }

  @Test
  void aCountNeverBecomesNegative() throws Exception {
    commit(putNew(attributes(CREATED), directory()));
    assertFails(ErrorKind.INVALID, () -> commit(touch(CREATED, -1, 0, SOME_TIME)));
    assertFails(ErrorKind.INVALID, () -> commit(touch(CREATED, 0, -3, SOME_TIME)));
    assertFails(ErrorKind.INVALID, () -> commit(touch(CREATED, 0, Integer.MAX_VALUE, SOME_TIME)));
    assertEquals(directory(), get(attributes(CREATED)).value().orElseThrow());
  }

  @Test
  void aDirectoryThatWasTouchedSinceItWasSeenIsNotRemoved() throws Exception {
    Version seen = Version.of(commit(putNew(attributes(CREATED), directory())).number());
    commit(touch(CREATED, 1, 0, SOME_TIME));
    assertThrows(StaleException.class, () -> commit(delete(attributes(CREATED), seen)));
    assertTrue(get(attributes(CREATED)).isPresent());
  }

  @Test
  void touchesOfManyThreadsAreAllCounted() throws Exception {
    commit(putNew(attributes(CREATED), directory()));
    int threads = 4;
    long each = 10;
    inParallel(
        threads,
        thread -> {
          for (int i = 0; i < each; i++) {
            String name = "f-" + thread + "-" + i;
            commit(putNew(entry(CREATED, name), entryOf(99)), touch(CREATED, 1, 0, SOME_TIME));
          }
          return null;
        });
    assertEquals(threads * each, attributesIn(get(attributes(CREATED))).entries());
    assertEquals(
        threads * each, list(CREATED, RecordKind.ENTRY, Bytes.EMPTY, 100).records().size());
  }

  // Commits that are sent twice

  @Test
  void aCommitThatIsSentAgainIsAppliedOnceAndAnsweredAlike() throws Exception {
    commit(putNew(attributes(CREATED), directory()));
    Commit commit = committer.of(putNew(xattr(CREATED, "k"), "v"), touch(CREATED, 1, 0, SOME_TIME));
    CommitResult first = store.commit(commit);
    commit(putNew(xattr(CREATED, "between"), ""));
    CommitNumber newest = store.statistics().newest();
    assertEquals(first.number(), store.commit(commit).number());
    assertEquals(newest, store.statistics().newest());
    assertEquals(1, attributesIn(get(attributes(CREATED))).entries());
  }

  @Test
  void aStaleCommitCanBeSentAgainUnderTheSameId() throws Exception {
    RecordKey key = xattr(CREATED, "k");
    Version version = Version.of(commit(putNew(key, "1")).number());
    Commit commit = committer.of(putNew(key, "2"));
    assertThrows(StaleException.class, () -> store.commit(commit));
    commit(delete(key, version));
    store.commit(commit);
    assertEquals("2", text(get(key)));
  }

  // Reading several records

  @Test
  void recordsComeInTheOrderInWhichTheyWereAskedFor() throws Exception {
    commit(putNew(xattr(CREATED, "a"), "1"), putNew(xattr(CREATED, "b"), "2"));
    List<RecordKey> keys =
        List.of(xattr(CREATED, "b"), xattr(CREATED, "none"), xattr(CREATED, "a"));
    Snapshot snapshot = store.get(keys, Children.WITHOUT_ATTRIBUTES);
    assertEquals(keys, snapshot.records().stream().map(VersionedRecord::key).toList());
  }

  @Test
  void theAttributesOfChildrenAreAppendedWhenTheyAreAskedFor() throws Exception {
    commit(
        putNew(entry(1, "a"), entryOf(CREATED)),
        putNew(entry(1, "lost"), entryOf(CREATED + 1)),
        putNew(attributes(CREATED), file()));
    Snapshot snapshot =
        store.get(
            List.of(entry(1, "a"), entry(1, "lost"), entry(1, "none")), Children.WITH_ATTRIBUTES);
    assertEquals(
        List.of(
            get(entry(1, "a")),
            get(entry(1, "lost")),
            VersionedRecord.absent(entry(1, "none")),
            get(attributes(CREATED)),
            VersionedRecord.absent(attributes(CREATED + 1))),
        snapshot.records());
  }

  @Test
  void aGetOfTooManyOrNoKeysIsRefused() throws Exception {
    List<RecordKey> most =
        IntStream.range(0, VersionedStore.MAX_GET_KEYS)
            .mapToObj(i -> xattr(CREATED, "k" + i))
            .toList();
    assertEquals(most.size(), store.get(most, Children.WITHOUT_ATTRIBUTES).records().size());
    List<RecordKey> tooMany = new ArrayList<>(most);
    tooMany.add(xattr(CREATED, "one more"));
    assertFails(ErrorKind.INVALID, () -> store.get(tooMany, Children.WITHOUT_ATTRIBUTES));
    assertFails(ErrorKind.INVALID, () -> store.get(List.of(), Children.WITHOUT_ATTRIBUTES));
  }

  // Listing

  @Test
  void aListingHasTheRecordsOfOneKindOfOneInode() throws Exception {
    commit(
        putNew(attributes(CREATED), directory()),
        putNew(entry(CREATED, "f"), entryOf(99)),
        putNew(xattr(CREATED, "x"), "v"),
        putNew(entry(CREATED - 1, "before"), entryOf(99)),
        putNew(entry(CREATED + 1, "after"), entryOf(99)));
    Listing listing = list(CREATED, RecordKind.ENTRY, Bytes.EMPTY, 10);
    assertEquals(List.of(get(entry(CREATED, "f"))), listing.records());
    assertEquals(List.of(), listing.attributes());
    assertFalse(listing.more());
    assertEquals(
        List.of(get(attributes(CREATED))),
        list(CREATED, RecordKind.ATTRIBUTES, Bytes.EMPTY, 10).records());
  }

  @Test
  void theListingOfAnInodeThatDoesNotExistIsEmpty() throws Exception {
    Listing listing = list(4711, RecordKind.ENTRY, Bytes.EMPTY, 10);
    assertEquals(List.of(), listing.records());
    assertFalse(listing.more());
  }

  @Test
  void namesAreOrderedAsUnsignedBytesAndNeedNotBeText() throws Exception {
    List<Bytes> names =
        List.of(
            Bytes.wrap(new byte[] {1}),
            Bytes.utf8("a"),
            Bytes.wrap(new byte[] {'a', 0}),
            Bytes.utf8("aa"),
            Bytes.utf8("b"),
            Bytes.wrap(new byte[] {(byte) 0x80}),
            Bytes.utf8("ä"),
            Bytes.wrap(new byte[] {(byte) 0xff}),
            Bytes.wrap(new byte[] {(byte) 0xff, (byte) 0xfe}));
    List<Bytes> shuffled = new ArrayList<>(names);
    Collections.reverse(shuffled);
    for (Bytes name : shuffled) {
      commit(putNew(RecordKey.xattr(new InodeId(CREATED), name), "v"));
    }
    assertEquals(names, names(list(CREATED, RecordKind.XATTR, Bytes.EMPTY, 100)));
    assertEquals(names.subList(5, 9), names(list(CREATED, RecordKind.XATTR, Bytes.utf8("b"), 100)));
  }

  @Test
  void aListingIsReadPageByPage() throws Exception {
    int count = 25;
    commit(
        IntStream.range(0, count)
            .mapToObj(i -> putNew(entry(CREATED, "f%03d".formatted(i)), entryOf(100 + i)))
            .toArray(Mutation[]::new));
    List<Bytes> seen = new ArrayList<>();
    Bytes after = Bytes.EMPTY;
    Listing page;
    do {
      page = list(CREATED, RecordKind.ENTRY, after, 7);
      assertTrue(page.records().size() <= 7);
      assertTrue(!page.records().isEmpty() || !page.more());
      seen.addAll(names(page));
      after = seen.get(seen.size() - 1);
    } while (page.more());
    assertEquals(
        IntStream.range(0, count).mapToObj(i -> Bytes.utf8("f%03d".formatted(i))).toList(), seen);
  }

  @Test
  void aPageStartsBehindANameThatDoesNotExistOrIsTheLongest() throws Exception {
    Bytes longest =
        Bytes.wrap(
            "m"
                .repeat(RecordKey.MAX_NAME_BYTES)
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    commit(
        putNew(entry(CREATED, "a"), entryOf(99)),
        putNew(new RecordKey(new InodeId(CREATED), RecordKind.ENTRY, longest), entryOf(99)),
        putNew(entry(CREATED, "z"), entryOf(99)));
    assertEquals(
        List.of(longest, Bytes.utf8("z")),
        names(list(CREATED, RecordKind.ENTRY, Bytes.utf8("b"), 10)));
    assertEquals(List.of(Bytes.utf8("z")), names(list(CREATED, RecordKind.ENTRY, longest, 10)));
    assertEquals(List.of(), names(list(CREATED, RecordKind.ENTRY, Bytes.utf8("z"), 10)));
  }

  @Test
  void aListingWithAttributesHasThoseOfItsChildren() throws Exception {
    commit(
        putNew(entry(CREATED, "a"), entryOf(100)),
        putNew(entry(CREATED, "b"), entryOf(101)),
        putNew(entry(CREATED, "c"), entryOf(102)),
        putNew(attributes(100), file()),
        putNew(attributes(101), directory()),
        putNew(attributes(102), file()));
    Listing page =
        store.list(
            new InodeId(CREATED), RecordKind.ENTRY, Bytes.EMPTY, 2, Children.WITH_ATTRIBUTES);
    assertEquals(List.of(Bytes.utf8("a"), Bytes.utf8("b")), names(page));
    List<VersionedRecord> expected = List.of(get(attributes(100)), get(attributes(101)));
    assertEquals(
        expected, page.attributes().stream().sorted((x, y) -> x.key().compareTo(y.key())).toList());
    assertTrue(page.more());
  }

  @Test
  void aListingWithALimitOutOfRangeIsRefused() {
    assertFails(ErrorKind.INVALID, () -> list(1, RecordKind.ENTRY, Bytes.EMPTY, 0));
    assertFails(
        ErrorKind.INVALID,
        () -> list(1, RecordKind.ENTRY, Bytes.EMPTY, VersionedStore.MAX_LIST_LIMIT + 1));
  }

  // Atomicity

  @Test
  void noReaderSeesAPartOfACommit() throws Exception {
    RecordKey a = xattr(CREATED, "a");
    RecordKey b = xattr(CREATED + 1, "b");
    commit(putNew(a, "0"), putNew(b, "0"));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> reads =
          reader.submit(
              () -> {
                int count = 0;
                int last = 0;
                while (!done.get() || count == 0) {
                  List<VersionedRecord> records =
                      store.get(List.of(a, b), Children.WITHOUT_ATTRIBUTES).records();
                  assertEquals(text(records.get(0)), text(records.get(1)));
                  int value = Integer.parseInt(text(records.get(0)));
                  assertTrue(value >= last, "no older state after a newer one");
                  last = value;
                  count++;
                }
                return count;
              });
      for (int i = 1; i <= 50; i++) {
        commit(put(a, get(a).version(), "" + i), put(b, get(b).version(), "" + i));
      }
      done.set(true);
      assertTrue(reads.get(LIMIT.toSeconds(), TimeUnit.SECONDS) > 0);
    } finally {
      done.set(true);
      reader.shutdownNow();
    }
  }

  @Test
  void noUpdateOfManyThreadsIsLost() throws Exception {
    RecordKey key = xattr(CREATED, "count");
    commit(putNew(key, "0"));
    int threads = 4;
    long each = 10;
    inParallel(
        threads,
        thread -> {
          for (int done = 0; done < each; ) {
            VersionedRecord seen = get(key);
            try {
              commit(put(key, seen.version(), "" + (Integer.parseInt(text(seen)) + 1)));
              done++;
            } catch (StaleException e) {
              assertEquals(key, e.current().get(0).key());
            }
          }
          return null;
        });
    assertEquals("" + threads * each, text(get(key)));
  }

  // Subscriptions

  @Test
  void aSubscriberThatKnowsNothingStartsWithAReset() throws Exception {
    CommitNumber newest = commit(putNew(xattr(CREATED, "k"), "v")).number();
    RecordingListener listener = new RecordingListener();
    try (var subscription = listener.attach(store.subscribe(CommitNumber.NONE, listener))) {
      await().atMost(LIMIT).until(() -> !listener.resets().isEmpty());
      assertFalse(newest.isAfter(listener.resets().get(0)));
      assertTrue(subscription.awaitCurrent(LIMIT.toMillis()));
    }
  }

  @Test
  void aSubscriberIsToldOfEveryCommitInOrderItsStoresOwnToo() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (var subscription =
            listener.attach(store.subscribe(store.statistics().newest(), listener));
        VersionedStore peer = openPeer()) {
      assertTrue(subscription.awaitCurrent(LIMIT.toMillis()));
      Volumes.Committer other = new Volumes.Committer(NodeId.random());
      List<CommitNumber> expected = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        expected.add(commit(putNew(xattr(CREATED, "own" + i), "v")).number());
        expected.add(peer.commit(other.of(putNew(xattr(CREATED, "other" + i), "v"))).number());
      }
      await().atMost(LIMIT).untilAsserted(() -> assertEquals(expected, listener.numbers()));
      assertEquals(List.of(), listener.resets());
      assertEquals("v", text(listener.state().get(xattr(CREATED, "other9"))));
    }
  }

  @Test
  void aSubscriberIsToldOfWrittenRemovedAndTouchedRecords() throws Exception {
    commit(putNew(attributes(CREATED), directory()));
    Version version = Version.of(commit(putNew(xattr(CREATED, "old"), "")).number());
    RecordingListener listener = new RecordingListener();
    try (var subscription =
        listener.attach(store.subscribe(store.statistics().newest(), listener))) {
      assertTrue(subscription.awaitCurrent(LIMIT.toMillis()));
      commit(
          delete(xattr(CREATED, "old"), version),
          putNew(xattr(CREATED, "new"), "v"),
          check(xattr(CREATED, "none"), Version.ABSENT),
          touch(CREATED, 1, 0, SOME_TIME));
      await().atMost(LIMIT).until(() -> !listener.changes().isEmpty());
      assertEquals(
          List.of(
              VersionedRecord.absent(xattr(CREATED, "old")),
              get(xattr(CREATED, "new")),
              get(attributes(CREATED))),
          listener.changes().get(0).records());
    }
  }

  @Test
  void aSubscriberResumesWhereItWas() throws Exception {
    RecordKey key = xattr(CREATED, "k");
    CommitNumber seen = commit(putNew(key, "1")).number();
    commit(put(key, get(key).version(), "2"), putNew(xattr(CREATED, "other"), "v"));
    CommitNumber newest = commit(put(key, get(key).version(), "3")).number();
    RecordingListener listener = new RecordingListener();
    try (var subscription = listener.attach(store.subscribe(seen, listener))) {
      await().atMost(LIMIT).until(() -> listener.newest().equals(newest));
      assertTrue(subscription.awaitCurrent(LIMIT.toMillis()));
      assertEquals(List.of(), listener.resets());
      assertEquals(get(key), listener.state().get(key));
      assertEquals(get(xattr(CREATED, "other")), listener.state().get(xattr(CREATED, "other")));
    }
  }

  @Test
  void aSubscriberOfAnotherHistoryStartsWithAReset() throws Exception {
    CommitNumber newest = commit(putNew(xattr(CREATED, "k"), "v")).number();
    RecordingListener listener = new RecordingListener();
    CommitNumber future = new CommitNumber(newest.value() + 1000);
    try (var subscription = listener.attach(store.subscribe(future, listener))) {
      await().atMost(LIMIT).until(() -> !listener.resets().isEmpty());
      assertEquals(newest, listener.resets().get(0));
      assertTrue(subscription.awaitCurrent(LIMIT.toMillis()));
    }
  }

  @Test
  void aClosedSubscriptionIsToldOfNothing() throws Exception {
    RecordingListener listener = new RecordingListener();
    VersionedStore.Subscription subscription =
        listener.attach(store.subscribe(store.statistics().newest(), listener));
    assertTrue(subscription.awaitCurrent(LIMIT.toMillis()));
    subscription.close();
    commit(putNew(xattr(CREATED, "k"), "v"));
    assertEquals(List.of(), listener.changes());
    assertFalse(subscription.isCurrent());
    RecordingListener second = new RecordingListener();
    try (var again = second.attach(store.subscribe(store.statistics().newest(), second))) {
      assertTrue(again.awaitCurrent(LIMIT.toMillis()));
      commit(putNew(xattr(CREATED, "k2"), "v"));
      await().atMost(LIMIT).until(() -> second.changes().size() == 1);
    }
  }

  @Test
  void whatASubscriberIsToldAddsUpToWhatIsReadWhileManyCommit() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (var subscription =
        listener.attach(store.subscribe(store.statistics().newest(), listener))) {
      assertTrue(subscription.awaitCurrent(LIMIT.toMillis()));
      inParallel(
          4,
          thread -> {
            for (int i = 0; i < 10; i++) {
              RecordKey key = xattr(CREATED, "k" + thread);
              commit(put(key, get(key).version(), "" + i));
            }
            return null;
          });
      await().atMost(LIMIT).until(() -> listener.changes().size() == 40);
      List<CommitNumber> numbers = listener.numbers();
      assertEquals(
          LongStream.range(numbers.get(0).value(), numbers.get(0).value() + 40)
              .mapToObj(CommitNumber::new)
              .toList(),
          numbers);
      for (int thread = 0; thread < 4; thread++) {
        assertEquals(
            get(xattr(CREATED, "k" + thread)), listener.state().get(xattr(CREATED, "k" + thread)));
      }
    }
  }

  // The rest

  @Test
  void inodesAreCounted() throws Exception {
    long before = store.statistics().inodes();
    Version version =
        Version.of(
            commit(putNew(attributes(CREATED), file()), putNew(xattr(CREATED, "k"), "")).number());
    commit(putNew(attributes(CREATED + 1), file()));
    assertEquals(before + 2, store.statistics().inodes());
    commit(new Mutation.Put(attributes(CREATED), version, file()));
    assertEquals(before + 2, store.statistics().inodes());
    commit(delete(attributes(CREATED), get(attributes(CREATED)).version()));
    assertEquals(before + 1, store.statistics().inodes());
  }

  @Test
  void aClosedStoreRefusesEverything() throws Exception {
    store.close();
    store.close();
    assertFails(ErrorKind.CLOSED, () -> store.volume());
    assertFails(ErrorKind.CLOSED, () -> get(attributes(1)));
    assertFails(ErrorKind.CLOSED, () -> list(1, RecordKind.ENTRY, Bytes.EMPTY, 1));
    assertFails(ErrorKind.CLOSED, () -> commit(putNew(xattr(CREATED, "k"), "v")));
    assertFails(ErrorKind.CLOSED, () -> store.statistics());
    assertFails(
        ErrorKind.CLOSED, () -> store.subscribe(CommitNumber.NONE, new RecordingListener()));
  }

  @Test
  void whatWasCommittedIsThereWhenTheStoreIsOpenedAgain() throws Exception {
    commit(putNew(attributes(CREATED), directory()), putNew(entry(1, "d"), entryOf(CREATED)));
    Commit commit = committer.of(putNew(xattr(CREATED, "k"), "v"), touch(CREATED, 1, 0, SOME_TIME));
    CommitResult result = store.commit(commit);
    var volume = store.volume();
    var statistics = store.statistics();
    VersionedRecord record = get(xattr(CREATED, "k"));
    store.close();
    Optional<VersionedStore> again = reopen();
    Assumptions.assumeTrue(again.isPresent(), "the store does not outlive its closing");
    store = again.get();
    assertEquals(volume, store.volume());
    assertEquals(statistics, store.statistics());
    assertEquals(record, get(xattr(CREATED, "k")));
    assertEquals(List.of(Bytes.utf8("d")), names(list(1, RecordKind.ENTRY, Bytes.EMPTY, 10)));
    assertEquals(result, store.commit(commit), "a commit that is sent again is still known");
    assertEquals(result.number().next(), commit(putNew(xattr(CREATED, "next"), "")).number());
  }

  @Test
  void randomCommitsDoWhatTheModelDoes() throws Exception {
    long seed = System.nanoTime();
    RecordingListener listener = new RecordingListener();
    try (var subscription =
        listener.attach(store.subscribe(store.statistics().newest(), listener))) {
      assertTrue(subscription.awaitCurrent(LIMIT.toMillis()));
      new RandomCommits(store, committer, seed).run(randomSteps());
      CommitNumber newest = store.statistics().newest();
      await().atMost(LIMIT).until(() -> listener.newest().equals(newest));
      for (VersionedRecord told : listener.state().values()) {
        assertEquals(get(told.key()), told, "seed " + seed);
      }
    }
  }

  /** How many commits the random test makes. */
  protected int randomSteps() {
    return 300;
  }

  // For implementations that add tests of their own

  protected final CommitResult commit(Mutation... mutations) throws DinofsException {
    return store.commit(committer.of(mutations));
  }

  protected final VersionedRecord get(RecordKey key) throws DinofsException {
    return store.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  protected final Listing list(long inode, RecordKind kind, Bytes after, int limit)
      throws DinofsException {
    return store.list(new InodeId(inode), kind, after, limit, Children.WITHOUT_ATTRIBUTES);
  }

  protected static List<Bytes> names(Listing listing) {
    return listing.records().stream().map(record -> record.key().name()).toList();
  }

  protected static void assertFails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }

  /** Work of one of several threads. */
  @FunctionalInterface
  protected interface Work {
    Void run(int thread) throws Exception;
  }

  protected static void inParallel(int threads, Work work) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        tasks.add(() -> work.run(thread));
      }
      for (Future<Void> result : executor.invokeAll(tasks, LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        result.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
