package io.dinofs.upkeep;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobStore;
import io.dinofs.store.CollectableStore;
import io.dinofs.store.ScannableStore;
import io.dinofs.store.VolumeClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a volume that is in use, as of one commit, and repairs what can be repaired without loss.
 *
 * <p>A repair is a commit on the condition that what it concerns is as it was when it was checked;
 * where it is not, it is left for the next round. After the repairs everything is read again, since
 * one may bring another to light.
 */
public final class VolumeCheck {
  private static final Logger log = LoggerFactory.getLogger(VolumeCheck.class);
  private static final int MAX_ROUNDS = 8;

  private final ScannableStore volume;
  private final VolumeClock clock;
  private final Progress progress;

  /**
   * What was found.
   *
   * @param inodes how many were checked
   * @param blobs how many they need; 0 if blobs were not checked
   * @param found what was wrong at first
   * @param left what is wrong still
   */
  public record Result(long inodes, long blobs, List<Problem> found, List<Problem> left) {
    public Result {
      found = List.copyOf(found);
      left = List.copyOf(left);
    }
  }

  public VolumeCheck(ScannableStore volume, VolumeClock clock, Progress progress) {
    this.volume = volume;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Checks the metadata and whether every blob is there.
   *
   * @param store has the blobs of {@code blobs}
   * @param verifyData whether to read every blob too
   * @param repair whether to repair
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED, STALE if the volume could not be
   *     read as of one commit
   */
  public Result check(CollectableStore store, BlobStore blobs, boolean verifyData, boolean repair)
      throws DinofsException {
    Survey survey = Survey.read(volume, progress);
    List<Problem> found = problems(survey);
    Survey last = survey;
    List<Problem> left = found;
    for (int round = 1; repair && round <= MAX_ROUNDS && repair(last, left); round++) {
      last = Survey.read(volume, progress);
      left = problems(last);
    }
    List<Problem> ofBlobs = new BlobCheck(last.blobs(), store, blobs, progress).check(verifyData);
    return new Result(
        last.inodes().size(),
        last.blobs().keys().size(),
        with(found, ofBlobs),
        with(left, ofBlobs));
  }

  private static List<Problem> problems(Survey survey) {
    return with(survey.problems(), TreeCheck.check(survey));
  }

  private static List<Problem> with(List<Problem> some, List<Problem> more) {
    List<Problem> all = new ArrayList<>(some);
    all.addAll(more);
    all.sort(Comparator.comparing(Problem::kind));
    return all;
  }

  /** Whether something was repaired. */
  private boolean repair(Survey survey, List<Problem> problems) throws DinofsException {
    Repairs repairs = new Repairs(volume, clock, survey);
    int repaired = 0;
    for (Problem problem : problems) {
      if (!problem.kind().isRepairable()) {
        continue;
      }
      progress.at("repairing", repaired, problems.size());
      try {
        repaired += repairs.repair(problem) ? 1 : 0;
      } catch (DinofsException e) {
        boolean ofTheProblem =
            e.kind() == ErrorKind.STALE
                || e.kind() == ErrorKind.INVALID
                || e.kind() == ErrorKind.CORRUPT;
        if (!ofTheProblem) {
          throw e;
        }
        log.warn("not repaired now: {}: {}", problem.text(), e.getMessage());
      }
    }
    return repaired > 0;
  }
}
