package io.dinofs.upkeep;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.store.BlobStore;
import io.dinofs.store.CollectableStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Finds the blobs that inodes need and that are not there, or not intact. */
final class BlobCheck {
  private final BlobUses uses;
  private final CollectableStore store;
  private final BlobStore blobs;
  private final Progress progress;
  private final BitSet complained = new BitSet();
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param store has the blobs of {@code blobs}
   * @param blobs verifies what it reads
   */
  BlobCheck(BlobUses uses, CollectableStore store, BlobStore blobs, Progress progress) {
    this.uses = uses;
    this.store = store;
    this.blobs = blobs;
    this.progress = progress;
  }

  /**
   * @param verify whether to read every blob, and not only the manifests
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  List<Problem> check(boolean verify) throws DinofsException {
    readManifests();
    BitSet present = list();
    for (int i = 0; i < uses.keys().size(); i++) {
      if ((verify || !present.get(i)) && !uses.manifests().get(i)) {
        progress.at(verify ? "reading blobs" : "looking for blobs", i, uses.keys().size());
        read(i);
      }
    }
    return problems;
  }

  /** Adds the chunks that they name. */
  private void readManifests() throws DinofsException {
    BitSet manifests = (BitSet) uses.manifests().clone();
    int done = 0;
    for (int i = manifests.nextSetBit(0); i >= 0; i = manifests.nextSetBit(i + 1)) {
      progress.at("reading manifests", done++, manifests.cardinality());
      InodeId user = uses.user(i);
      try {
        References.manifest(blobs, uses.keys().get(i)).forEachBlob(chunk -> uses.add(user, chunk));
      } catch (DinofsException e) {
        complain(i, e);
      }
    }
  }

  private BitSet list() throws DinofsException {
    BitSet present = new BitSet();
    for (int part = 0; part < CollectableStore.PARTS; part++) {
      progress.at("listing blobs", part, CollectableStore.PARTS);
      store.forEachStored(
          part,
          stored -> {
            int number = stored.key().asBlob().map(uses.keys()::find).orElse(-1);
            if (number >= 0) {
              present.set(number);
            }
          });
    }
    return present;
  }

  /** Reads a blob; one that was not in the list may have come since. */
  private void read(int number) throws DinofsException {
    try {
      var unused = blobs.get(uses.keys().get(number));
    } catch (DinofsException e) {
      complain(number, e);
    }
  }

  private void complain(int number, DinofsException failure) throws DinofsException {
    BlobKey key = uses.keys().get(number);
    InodeId user = uses.user(number);
    String what = uses.manifests().get(number) ? "the manifest" : "the blob";
    if (complained.get(number)) {
      return;
    }
    complained.set(number);
    if (failure.kind() == ErrorKind.NOT_FOUND) {
      problems.add(
          Problem.of(
              Problem.Kind.MISSING_BLOB,
              user,
              "inode %s needs %s %s, which is not on the blob server, or not yet"
                  .formatted(user, what, key)));
    } else if (failure.kind() == ErrorKind.CORRUPT) {
      problems.add(
          Problem.of(
              Problem.Kind.DAMAGED_BLOB,
              user,
              "inode %s needs %s %s, which is damaged: %s"
                  .formatted(user, what, key, failure.getMessage())));
    } else {
      throw failure;
    }
  }
}
