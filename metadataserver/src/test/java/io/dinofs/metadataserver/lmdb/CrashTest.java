package io.dinofs.metadataserver.lmdb;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.text;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.store.disk.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was answered is there after a crash, and what is damaged is not taken for anything else. */
final class CrashTest {
  private static final long INODE = 10;
  private static final int SEGMENT_BYTES = 512 * 1024;

  /** No checkpoint but those that a test makes. */
  private static final LmdbSettings SETTINGS =
      new LmdbSettings(SEGMENT_BYTES, 64 << 20, Duration.ofHours(1), 1 << 20, 100_000);

  private final Volumes.Committer committer = new Volumes.Committer(NodeId.random());
  @TempDir private Path directory;
  private LmdbVersionedStore store;

  @BeforeEach
  void open() throws DinofsException {
    store = LmdbVersionedStore.open(directory, SETTINGS);
  }

  @AfterEach
  void close() throws DinofsException {
    store.close();
  }

  private void crash() throws IOException {
    store.abandon();
  }

  private void crashAndOpen() throws IOException {
    crash();
    open();
  }

  private CommitResult put(int number) throws DinofsException {
    return store.commit(committer.of(putNew(xattr(INODE, "k" + number), "v" + number)));
  }

  private VersionedRecord get(int number) throws DinofsException {
    return store
        .get(List.of(xattr(INODE, "k" + number)), Children.WITHOUT_ATTRIBUTES)
        .records()
        .get(0);
  }

  private void assertThere(int from, int to) throws DinofsException {
    for (int i = from; i < to; i++) {
      assertEquals("v" + i, text(get(i)));
    }
  }

  private Path segment(int number) {
    return directory.resolve("journal").resolve("segment-%04d".formatted(number));
  }

  private static void overwrite(Path file, long at, byte[] with) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(with), at);
    }
  }

  /** The start of the last group of the first segment. */
  private int lastGroup(Path file) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
    int at = 0;
    int last = 0;
    while (content.getInt(at) != 0) {
      last = at;
      at += BlockFile.blocks(JournalSegment.HEADER_BYTES + content.getInt(at + 4));
    }
    return last;
  }

  @Test
  void everyAnsweredCommitSurvivesACrashBeforeAnyCheckpoint() throws IOException {
    Commit commit = committer.of(putNew(xattr(INODE, "twice"), "v"));
    CommitResult result = store.commit(commit);
    for (int i = 0; i < 50; i++) {
      put(i);
    }
    var statistics = store.statistics();
    crashAndOpen();
    assertThere(0, 50);
    assertEquals(statistics, store.statistics());
    assertEquals(result, store.commit(commit));
    assertEquals(statistics, store.statistics());
  }

  @Test
  void commitsGoOnBehindACheckpointAndACrash() throws IOException {
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 20; i++) {
        put(round * 20 + i);
        if (i == 10) {
          store.checkpoint();
        }
      }
      crashAndOpen();
      assertThere(0, (round + 1) * 20);
    }
    assertEquals(new CommitNumber(101), store.statistics().newest());
  }

  @Test
  void segmentsAreUsedAgainAndWhatIsLeftInThemIsNotReplayed() throws IOException {
    // Each commit takes a block: four segments have room for 512.
    int commits = 1500;
    for (int i = 0; i < commits; i++) {
      put(i);
      if (i % 100 == 99) {
        store.checkpoint();
      }
    }
    try (var files = Files.list(directory.resolve("journal"))) {
      // One may have been made in advance when it was not needed any more.
      assertTrue(files.count() <= 5);
    }
    crashAndOpen();
    assertThere(0, commits);
    assertEquals(new CommitNumber(commits + 1), store.statistics().newest());
  }

  @Test
  void aCrashBetweenTheCheckpointAndTheNextCommitLosesNothing() throws IOException {
    put(0);
    store.checkpoint();
    crashAndOpen();
    assertThere(0, 1);
    put(1);
    crashAndOpen();
    assertThere(0, 2);
  }

  @Test
  void aGroupThatWasNotWrittenToItsEndIsNotThereAndTheOthersAre() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 10; i++) {
      put(i);
    }
    crash();
    int last = lastGroup(segment(0));
    byte[] rest = new byte[BlockFile.BLOCK_BYTES - random.nextInt(100) - 1];
    overwrite(segment(0), last + BlockFile.BLOCK_BYTES - rest.length, rest);
    open();
    assertThere(0, 9);
    assertFalse(get(9).isPresent(), "seed " + seed);
    assertEquals(new CommitNumber(10), store.statistics().newest());
    put(9);
    put(10);
    crashAndOpen();
    assertThere(0, 11);
  }

  @Test
  void aGroupOfSeveralBlocksOfWhichSomeWereNotWrittenIsNotThereAndTheOthersAre()
      throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    put(0);
    store.commit(committer.of(putNew(xattr(INODE, "large"), "x".repeat(10_000))));
    crash();
    int last = lastGroup(segment(0));
    int lost = random.nextInt(3);
    overwrite(segment(0), last + lost * BlockFile.BLOCK_BYTES, new byte[BlockFile.BLOCK_BYTES / 2]);
    open();
    assertThere(0, 1);
    assertEquals(new CommitNumber(2), store.statistics().newest(), "seed " + seed);
    put(1);
    crashAndOpen();
    assertThere(0, 2);
  }

  @Test
  void nothingIsWrittenToABlockThatHasAnAnsweredCommit() throws IOException {
    byte[] before = Files.readAllBytes(segment(0));
    int end = 0;
    for (int i = 0; i < 20; i++) {
      put(i);
      if (i % 5 == 4) {
        crashAndOpen();
      }
      byte[] after = Files.readAllBytes(segment(0));
      int changed = Arrays.mismatch(before, after);
      assertTrue(changed >= end, "byte " + changed + " is below " + end);
      assertEquals(0, changed % BlockFile.BLOCK_BYTES);
      before = after;
      end = changed + 1;
    }
  }

  @Test
  void damageInTheMiddleIsRefusedWithTheFilesName() throws IOException {
    for (int i = 0; i < 10; i++) {
      put(i);
    }
    crash();
    for (int at : new int[] {0, 60, 5 * BlockFile.BLOCK_BYTES + 50}) {
      byte[] before = Files.readAllBytes(segment(0));
      overwrite(segment(0), at, new byte[] {(byte) ~before[at]});
      DinofsException refused =
          assertThrows(DinofsException.class, () -> LmdbVersionedStore.open(directory, SETTINGS));
      assertEquals(ErrorKind.CORRUPT, refused.kind());
      assertTrue(refused.getMessage().contains(segment(0).toString()), refused.getMessage());
      overwrite(segment(0), at, new byte[] {before[at]});
    }
    open();
    assertThere(0, 10);
  }

  @Test
  void aSegmentThatIsGoneIsNoticed() throws IOException {
    for (int i = 0; i < 200; i++) {
      put(i);
    }
    crash();
    Path gone = segment(0);
    Path kept = directory.resolve("kept");
    Files.move(gone, kept);
    DinofsException refused =
        assertThrows(DinofsException.class, () -> LmdbVersionedStore.open(directory, SETTINGS));
    assertEquals(ErrorKind.CORRUPT, refused.kind());
    Files.move(kept, gone);
    open();
    assertThere(0, 200);
  }

  @Test
  void theFilesOfAnotherVolumeAreRefused(@TempDir Path other) throws IOException {
    put(0);
    crash();
    LmdbVersionedStore.open(other, SETTINGS).close();
    Files.copy(segment(0), other.resolve("journal/segment-0001"));
    DinofsException refused =
        assertThrows(DinofsException.class, () -> LmdbVersionedStore.open(other, SETTINGS));
    assertEquals(ErrorKind.CORRUPT, refused.kind());
    open();
  }

  @Test
  void aSecondServerOnTheDirectoryIsRefused() {
    DinofsException refused =
        assertThrows(DinofsException.class, () -> LmdbVersionedStore.open(directory, SETTINGS));
    assertEquals(ErrorKind.BUSY, refused.kind());
  }

  @Test
  void theMapGrowsByItself() throws IOException {
    long before = store.mapBytes();
    String large = "x".repeat(60_000);
    for (int i = 0; i < 100; i++) {
      store.commit(committer.of(putNew(xattr(INODE, "large" + i), large)));
      if (i % 4 == 0) {
        store.checkpoint();
      }
    }
    store.checkpoint();
    assertTrue(store.mapBytes() > before);
    crashAndOpen();
    assertEquals(
        Optional.of(large.length()),
        store
            .get(List.of(xattr(INODE, "large99")), Children.WITHOUT_ATTRIBUTES)
            .records()
            .get(0)
            .value()
            .map(value -> value.length()));
  }

  @Test
  void aGroupIsAppliedInOrderEachCommitOnTopOfTheOnesBefore() throws IOException {
    Commit first = committer.of(putNew(xattr(INODE, "k0"), "v0"));
    Commit second = committer.of(putNew(xattr(INODE, "k0"), "other"));
    Commit third = committer.of(putNew(xattr(INODE, "k1"), "v1"));
    List<GroupCommitStore.Outcome> outcomes = store.commitAll(List.of(first, second, first, third));
    assertTrue(outcomes.get(0) instanceof GroupCommitStore.Accepted);
    assertTrue(outcomes.get(1) instanceof GroupCommitStore.Refused);
    assertTrue(
        outcomes.get(2) instanceof GroupCommitStore.Accepted again && again.change().isEmpty());
    crashAndOpen();
    assertThere(0, 2);
    assertEquals(new CommitNumber(3), store.statistics().newest());
  }

  @Test
  void whatHasChangedIsKnownAfterACrash() throws IOException {
    put(0);
    CommitNumber seen = put(1).number();
    put(2);
    store.checkpoint();
    put(3);
    crashAndOpen();
    List<String> names = new ArrayList<>();
    store.changedAfter(seen, 100).orElseThrow().forEach(key -> names.add(key.name().toUtf8()));
    names.sort(null);
    assertEquals(List.of("k2", "k3"), names);
    assertEquals(Optional.empty(), store.changedAfter(seen, 1));
    assertEquals(Optional.empty(), store.changedAfter(new CommitNumber(1000), 100));
  }
}
