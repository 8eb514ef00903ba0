package io.dinofs.fuse.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.Validity;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.ChangeFeed;
import io.dinofs.vfs.VolumeObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What the kernel is told when a node finds and loses its server. */
final class CoherentCachesTest {
  private static final String ROOT = "attributes " + InodeId.ROOT;

  private final List<String> told = new CopyOnWriteArrayList<>();
  private volatile boolean current = true;

  private final class Feed implements ChangeFeed {
    @Override
    public Observation observe(Function<Observation, VolumeObserver> observer) {
      Observation observation =
          new Observation() {
            @Override
            public void applied(CommitNumber upTo) {}

            @Override
            public boolean isCurrent() {
              return current;
            }

            @Override
            public void close() {}
          };
      VolumeObserver unused = observer.apply(observation);
      return observation;
    }

    @Override
    public boolean isDirty(InodeId inode) {
      return false;
    }
  }

  private final class Kernel implements KernelNotifications {
    @Override
    public int invalidateInode(InodeId inode, long offset, long length) {
      told.add("attributes " + inode);
      return Errno.OK;
    }

    @Override
    public int invalidateEntry(InodeId parent, Name name) {
      return Errno.OK;
    }

    @Override
    public int deleteEntry(InodeId parent, InodeId child, Name name) {
      return Errno.OK;
    }

    @Override
    public int increaseEpoch() {
      told.add("epoch");
      return Errno.OK;
    }
  }

  private static final class NothingStaged implements StagedContents {
    @Override
    public boolean isStaged(InodeId inode) {
      return false;
    }

    @Override
    public boolean refresh(InodeId inode) {
      return true;
    }
  }

  @Test
  void aNewMountIsToldNothingAndOneThatLosesItsServerDropsEverything() {
    LookupCounts inodes = new LookupCounts();
    KernelCacheSettings settings = KernelCacheSettings.lasting(Duration.ofHours(1));
    try (CoherentCaches caches =
        new CoherentCaches(new Feed(), new Kernel(), inodes, new NothingStaged(), settings)) {
      caches.start();
      await().until(() -> keepsAttributes(caches));
      assertEquals(List.of("epoch"), told);

      current = false;
      await().until(() -> told.contains(ROOT));
      assertEquals(false, keepsAttributes(caches));
      told.clear();
      current = true;
      await().until(() -> told.contains(ROOT) && keepsAttributes(caches));
    }
  }

  private static boolean keepsAttributes(CoherentCaches caches) {
    CacheTicket ticket = caches.policy().newTicket();
    ticket.begin(InodeId.ROOT);
    return !ticket.attributes(InodeId.ROOT).equals(Validity.NONE);
  }
}
