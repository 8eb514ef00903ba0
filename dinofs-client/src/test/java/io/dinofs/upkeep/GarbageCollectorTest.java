package io.dinofs.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.VolumeId;
import io.dinofs.store.CollectableStore;
import io.dinofs.store.Key;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GarbageCollectorTest {
  private static final Duration GRACE = Duration.ofHours(1);
  private static final Duration OLD = Duration.ofHours(2);
  private static final GarbageCollector.Settings COLLECT =
      new GarbageCollector.Settings(GRACE, false, false);
  private static final GarbageCollector.Settings DRY =
      new GarbageCollector.Settings(GRACE, true, false);
  private static final GarbageCollector.Settings ANYHOW =
      new GarbageCollector.Settings(GRACE, false, true);

  @TempDir private Path directory;
  private TestVolume volume;

  @BeforeEach
  void open() throws Exception {
    volume = new TestVolume(directory);
  }

  @AfterEach
  void close() throws Exception {
    volume.close();
  }

  @Test
  void whatIsOldAndNoFileHasIsDeletedAndNothingElse() throws Exception {
    BlobKey used = volume.blob("used");
    BlobKey unused = volume.blob("unused");
    BlobKey chunk = volume.blob("chunk");
    BlobKey manifest = volume.manifest(chunk, used);
    volume.file(InodeId.ROOT, "a", new Content.SingleBlob(used));
    volume.file(InodeId.ROOT, "b", new Content.Chunked(manifest));
    volume.age(OLD);
    BlobKey young = volume.blob("young");
    GarbageCollector.Report report = collect(COLLECT);
    assertEquals(5, report.listed());
    assertEquals(1, report.young());
    assertEquals(3, report.kept());
    assertEquals(1, report.deleted());
    assertEquals("unused".length(), report.deletedBytes());
    assertFalse(volume.hasBlob(unused));
    assertAllThere(used, chunk, manifest, young);
  }

  @Test
  void aDryRunDeletesNothing() throws Exception {
    BlobKey used = volume.blob("used");
    BlobKey unused = volume.blob("unused");
    volume.file(InodeId.ROOT, "a", new Content.SingleBlob(used));
    volume.age(OLD);
    GarbageCollector.Report report = collect(DRY);
    assertEquals(1, report.garbage());
    assertEquals(0, report.deleted());
    assertAllThere(used, unused);
  }

  @Test
  void aBlobThatIsPutAgainMeanwhileStays() throws Exception {
    volume.file(InodeId.ROOT, "a", new Content.SingleBlob(volume.blob("used")));
    BlobKey wanted = volume.blob("wanted again");
    volume.age(OLD);
    CollectableStore busy =
        new CollectableStore() {
          @Override
          public void forEachStored(int part, Consumer<Stored> visitor) throws DinofsException {
            volume.disk.forEachStored(part, visitor);
          }

          @Override
          public Deletion deleteOlder(Key key, Duration age) throws DinofsException {
            assertTrue(volume.disk.refresh(key));
            return volume.disk.deleteOlder(key, age);
          }
        };
    GarbageCollector.Report report = collect(busy, COLLECT);
    assertEquals(1, report.refused());
    assertEquals(0, report.deleted());
    assertAllThere(wanted);
  }

  @Test
  void nothingIsDeletedIfAManifestCannotBeRead() throws Exception {
    BlobKey manifest = volume.manifest(volume.blob("chunk"));
    volume.file(InodeId.ROOT, "a", new Content.Chunked(manifest));
    BlobKey unused = volume.blob("unused");
    volume.damage(manifest);
    volume.age(OLD);
    assertEquals(ErrorKind.CORRUPT, failure(ANYHOW).kind());
    volume.disk.delete(Key.ofBlob(manifest));
    assertEquals(ErrorKind.NOT_FOUND, failure(ANYHOW).kind());
    assertAllThere(unused);
  }

  @Test
  void nothingIsDeletedIfMostOfAllWouldBe() throws Exception {
    volume.file(InodeId.ROOT, "a", new Content.SingleBlob(volume.blob("used")));
    BlobKey one = volume.blob("unused 1");
    BlobKey two = volume.blob("unused 2");
    volume.age(OLD);
    assertEquals(ErrorKind.NOT_PERMITTED, failure(COLLECT).kind());
    assertEquals(ErrorKind.NOT_PERMITTED, failure(DRY).kind());
    assertAllThere(one, two);
    assertEquals(2, collect(ANYHOW).deleted());
  }

  @Test
  void nothingIsDeletedIfMuchLessIsReferredToThanTheLastTime() throws Exception {
    List<InodeId> files = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      files.add(
          volume.file(InodeId.ROOT, "f" + i, new Content.SingleBlob(volume.blob("blob " + i))));
    }
    volume.age(OLD);
    assertEquals(10, collect(COLLECT).kept());
    for (int i = 0; i < 4; i++) {
      volume.remove(InodeId.ROOT, "f" + i, files.get(i));
    }
    assertEquals(4, collect(COLLECT).deleted());
    for (int i = 4; i < 8; i++) {
      volume.remove(InodeId.ROOT, "f" + i, files.get(i));
    }
    assertEquals(ErrorKind.NOT_PERMITTED, failure(COLLECT).kind());
    assertEquals(4, collect(ANYHOW).deleted());
  }

  @Test
  void nothingIsDeletedUnlessAllVolumesOfTheServerAreAsked() throws Exception {
    BlobKey unused = volume.blob("unused");
    volume.age(OLD);
    assertRefused(Set.of());
    assertRefused(Set.of(volume.records.volume(), VolumeId.random()));
    assertAllThere(unused);
  }

  private void assertRefused(Set<VolumeId> served) {
    GarbageCollector collector =
        new GarbageCollector(volume.disk, () -> served, volume.blobs, Progress.NONE);
    DinofsException refusal =
        assertThrows(
            DinofsException.class, () -> collector.collect(List.of(volume.records), ANYHOW));
    assertEquals(ErrorKind.WRONG_VOLUME, refusal.kind());
  }

  private GarbageCollector.Report collect(GarbageCollector.Settings settings)
      throws DinofsException {
    return collect(volume.disk, settings);
  }

  private GarbageCollector.Report collect(
      CollectableStore store, GarbageCollector.Settings settings) throws DinofsException {
    Volumes served = () -> Set.of(volume.records.volume());
    return new GarbageCollector(store, served, volume.blobs, Progress.NONE)
        .collect(List.of(volume.records), settings);
  }

  private DinofsException failure(GarbageCollector.Settings settings) {
    return assertThrows(DinofsException.class, () -> collect(settings));
  }

  private void assertAllThere(BlobKey... keys) throws IOException {
    for (BlobKey key : keys) {
      assertTrue(volume.hasBlob(key), () -> key + " is gone");
    }
  }
}
