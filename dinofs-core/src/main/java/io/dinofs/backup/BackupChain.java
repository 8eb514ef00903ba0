package io.dinofs.backup;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A full backup and the updates after it, read side by side as the one volume that they tell of.
 * Needs memory for a record of each. Not safe for several threads.
 */
public final class BackupChain implements AutoCloseable {
  private final List<BackupReader> files;

  /** The next record of each file; null behind its end. */
  private final List<VersionedRecord> heads = new ArrayList<>();

  private BackupChain(List<BackupReader> files) {
    this.files = files;
  }

  /**
   * Opens backups.
   *
   * @param files a full one, and each update after the one that it goes on from
   * @throws DinofsException INVALID if they do not follow each other so; CORRUPT if one is damaged,
   *     as far as its beginning shows
   * @throws IOException if one can't be read
   */
  public static BackupChain open(List<Path> files) throws IOException {
    BackupChain chain = new BackupChain(new ArrayList<>());
    boolean done = false;
    try {
      for (Path file : files) {
        chain.append(new BackupReader(file));
      }
      for (BackupReader reader : chain.files) {
        chain.heads.add(reader.next().orElse(null));
      }
      done = true;
      return chain;
    } finally {
      if (!done) {
        chain.close();
      }
    }
  }

  private void append(BackupReader next) throws IOException {
    files.add(next);
    if (files.size() == 1) {
      if (next.base().isPresent()) {
        throw refusal(
            next.file()
                + " has only what changed since commit "
                + next.base().get().at()
                + "; name the full backup first, and what was made between them");
      }
      return;
    }
    BackupReader before = files.get(files.size() - 2);
    if (!next.volume().equals(before.volume())) {
      throw refusal(
          "%s is of volume %s, %s of volume %s"
              .formatted(before.file(), before.volume(), next.file(), next.volume()));
    }
    if (next.base().isEmpty()) {
      throw refusal(next.file() + " is a full backup; what comes before it is of no use");
    }
    BackupId base = next.base().get();
    if (!base.at().equals(before.id().at())) {
      throw refusal(
          "%s goes on from commit %s, but %s is as of commit %s: one between them is missing, or the order is wrong"
              .formatted(next.file(), base.at(), before.file(), before.id().at()));
    }
    if (!base.equals(before.id())) {
      throw refusal(
          "%s goes on from another backup than %s, though of the same commit; or that one is damaged"
              .formatted(next.file(), before.file()));
    }
  }

  private static DinofsException refusal(String why) {
    return new DinofsException(ErrorKind.INVALID, why);
  }

  public VolumeId volume() {
    return files.get(0).volume();
  }

  /** The last backup. */
  public BackupId last() {
    return files.get(files.size() - 1).id();
  }

  /**
   * The next record of the volume, present, in the order of the keys; empty at the end, when all
   * files have proved to be as they were written.
   *
   * @throws DinofsException CORRUPT if one is not
   * @throws IOException if one can't be read
   */
  public Optional<VersionedRecord> next() throws IOException {
    while (true) {
      RecordKey key = leastKey();
      if (key == null) {
        return Optional.empty();
      }
      VersionedRecord newest = null;
      for (int i = 0; i < files.size(); i++) {
        VersionedRecord head = heads.get(i);
        if (head != null && head.key().equals(key)) {
          newest = head;
          heads.set(i, files.get(i).next().orElse(null));
        }
      }
      if (newest.isPresent()) {
        return Optional.of(newest);
      }
    }
  }

  private RecordKey leastKey() {
    RecordKey least = null;
    for (VersionedRecord head : heads) {
      if (head != null && (least == null || head.key().compareTo(least) < 0)) {
        least = head.key();
      }
    }
    return least;
  }

  @Override
  public void close() throws IOException {
    for (BackupReader reader : files) {
      reader.close();
    }
  }
}
