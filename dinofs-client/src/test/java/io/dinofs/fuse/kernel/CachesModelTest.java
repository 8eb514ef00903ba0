package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.fuse.Validity;
import io.dinofs.model.InodeId;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class CachesModelTest {
  private static final int RUNS = 400;
  private static final int STEPS = 1_500;

  @Test
  void nothingThatAnAppliedCommitHasChangedIsInTheKernelsCaches() {
    run(UnaryOperator.identity(), UnaryOperator.identity());
  }

  @Test
  void theModelNoticesAnswersThatAreKeptAlthoughTheyMayBeOld() {
    UnaryOperator<Validity> always = validity -> Validity.of(Duration.ofHours(1));
    assertThrows(CachesModel.StaleCache.class, () -> run(always, UnaryOperator.identity()));
  }

  @Test
  void theModelNoticesNotificationsThatAreLostBecauseTheKernelDoesNotKnowTheInodeYet() {
    assertThrows(CachesModel.StaleCache.class, () -> run(UnaryOperator.identity(), OnlyOnce::new));
  }

  @Test
  void theModelNoticesAnInterestThatLeavesOutWhatTheKernelKeeps() {
    assertThrows(CachesModel.StaleCache.class, () -> run(UnaryOperator.identity(), Unnamed::new));
  }

  private static void run(UnaryOperator<Validity> spoil, UnaryOperator<KernelInodes> inodes) {
    long first = Long.getLong("dinofs.seed", System.nanoTime());
    System.out.println("CachesModelTest: -Ddinofs.seed=" + first);
    for (long seed = first; seed < first + RUNS; seed++) {
      try {
        CachesModel model = new CachesModel(seed, spoil, inodes);
        model.run(STEPS);
        assertTrue(model.spared > 0);
      } catch (CachesModel.StaleCache e) {
        System.out.println("-Ddinofs.seed=" + seed + ": " + e.getMessage());
        throw e;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("-Ddinofs.seed=" + seed, e);
      }
    }
  }

  /** Forgets that an inode is known as soon as it has said so. */
  private static final class OnlyOnce implements KernelInodes {
    private final KernelInodes inodes;
    private boolean asked;

    OnlyOnce(KernelInodes inodes) {
      this.inodes = inodes;
    }

    @Override
    public boolean isKnown(InodeId inode) {
      asked = !asked;
      return asked && inodes.isKnown(inode);
    }

    @Override
    public void forEach(Consumer<InodeId> action) {
      inodes.forEach(action);
    }
  }

  /** Names none of those that are known. */
  private static final class Unnamed implements KernelInodes {
    private final KernelInodes inodes;

    Unnamed(KernelInodes inodes) {
      this.inodes = inodes;
    }

    @Override
    public boolean isKnown(InodeId inode) {
      return inodes.isKnown(inode);
    }

    @Override
    public void forEach(Consumer<InodeId> action) {}
  }
}
