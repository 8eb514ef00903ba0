package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.model.VolumeId;
import io.dinofs.store.Key;
import io.dinofs.store.StaleException;
import io.dinofs.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A volume in a plain store, with nothing but put and get.
 *
 * <p>A commit is written as an {@link Intent} first, then each of its puts. The volume is as of the
 * intent that is stored: opening it carries the intent out again, which does nothing if that was
 * done. Not safe for several threads; {@link VersionedStoreWrapper} sees to that.
 */
final class WrapperVolume {
  private static final Key INTENT = Key.of("intent");
  private static final Key HEADER = Key.of("header");

  private final Store store;
  private final int pageBytes;
  private WrapperHeader header;

  private WrapperVolume(Store store, int pageBytes) {
    this.store = store;
    this.pageBytes = pageBytes;
  }

  /** A commit that is accepted and not written yet. */
  record Prepared(
      WrapperHeader header, Intent intent, CommitResult result, CommittedChange change) {}

  /**
   * Opens the volume in {@code store}, or makes one there if there is none.
   *
   * @param pageBytes what a page of records has at most, if it has more than one
   */
  static WrapperVolume open(Store store, int pageBytes) throws DinofsException {
    WrapperVolume volume = new WrapperVolume(store, pageBytes);
    if (store.get(INTENT).isEmpty()) {
      if (store.get(HEADER).isPresent()) {
        throw new CorruptRecordException("a volume without an intent");
      }
      volume.store.put(INTENT, volume.firstIntent().encode());
    }
    volume.recover();
    VolumeFormat.check(volume.read(VolumeFormat.FORMAT));
    return volume;
  }

  private Intent firstIntent() throws DinofsException {
    PageChanges pages = new PageChanges(store, 1, 0);
    long root = pages.allocate();
    pages.write(root, new Page.Leaf(List.of()));
    return intent(
        new WrapperHeader(
            VolumeId.random(), VolumeFormat.FIRST_COMMIT, 0, root, pages.nextPage(), 0),
        pages,
        VolumeFormat.initialRecords(0, 0, Instant.now()),
        Map.of());
  }

  WrapperHeader header() {
    return header;
  }

  VersionedRecord read(RecordKey key) throws DinofsException {
    return tree(pages(header), header).get(key);
  }

  /** The tree as it is stored. */
  PageTree tree() {
    return tree(pages(header), header);
  }

  private PageTree tree(PageChanges pages, WrapperHeader as) {
    return new PageTree(pages, as.root(), pageBytes);
  }

  private PageChanges pages(WrapperHeader as) {
    return new PageChanges(store, as.nextPage(), as.firstFree());
  }

  /** What is remembered of the latest commits, oldest first. */
  List<StoredOutcome> outcomes() throws DinofsException {
    List<StoredOutcome> outcomes = new ArrayList<>();
    for (int slot = 0; slot < StoredOutcome.SLOTS; slot++) {
      Optional<Bytes> stored = store.get(StoredOutcome.slot(slot));
      if (stored.isPresent()) {
        outcomes.add(StoredOutcome.decode(stored.get()));
      }
    }
    outcomes.sort((one, other) -> one.result().number().compareTo(other.result().number()));
    return outcomes;
  }

  /**
   * Evaluates a commit; changes nothing.
   *
   * @throws StaleException if it is stale
   * @throws DinofsException INVALID if it is that, or too large to be written at once; as {@link
   *     Store#get}
   */
  Prepared prepare(Commit commit) throws DinofsException {
    CommitNumber number = header.newest().next();
    CommitEvaluator.Evaluation evaluation = CommitEvaluator.evaluate(commit, number, this::read);
    if (evaluation instanceof CommitEvaluator.Stale stale) {
      throw new StaleException(header.newest(), stale.current());
    }
    CommitEvaluator.Accepted accepted = (CommitEvaluator.Accepted) evaluation;
    CommitResult result = new CommitResult(number, accepted.touched());
    StoredOutcome outcome = new StoredOutcome(commit.id(), result);
    WrapperHeader base =
        new WrapperHeader(
            header.volume(),
            number,
            header.inodes(),
            header.root(),
            header.nextPage(),
            header.firstFree());
    Intent intent =
        intent(base, pages(base), accepted.changed(), Map.of(outcome.key(), outcome.encode()));
    if (intent.encodedBytes() > Store.MAX_VALUE_BYTES) {
      throw new DinofsException(
          ErrorKind.INVALID,
          "a commit of " + intent.encodedBytes() + " bytes is too large for this store");
    }
    WrapperHeader next = WrapperHeader.decode(intent.puts().get(HEADER));
    return new Prepared(next, intent, result, new CommittedChange(number, accepted.changed()));
  }

  private Intent intent(
      WrapperHeader base, PageChanges pages, List<VersionedRecord> changed, Map<Key, Bytes> others)
      throws DinofsException {
    PageTree tree = tree(pages, base);
    long inodes = base.inodes();
    for (VersionedRecord record : changed) {
      if (record.key().kind() == RecordKind.ATTRIBUTES) {
        inodes += (record.isPresent() ? 1 : 0) - (tree.get(record.key()).isPresent() ? 1 : 0);
      }
      tree.apply(record);
    }
    WrapperHeader next =
        new WrapperHeader(
            base.volume(), base.newest(), inodes, tree.root(), pages.nextPage(), pages.firstFree());
    Map<Key, Bytes> puts = new HashMap<>(pages.puts());
    puts.putAll(others);
    puts.put(HEADER, next.encode());
    return new Intent(puts);
  }

  /**
   * Writes a commit. If that fails, {@link #recover} tells whether it has happened, and has to be
   * called before anything else.
   */
  void write(Prepared commit) throws DinofsException {
    store.put(INTENT, commit.intent().encode());
    carryOut(commit.intent());
    header = commit.header();
  }

  /** Brings the store to the state of the intent that is in it. */
  void recover() throws DinofsException {
    Bytes stored =
        store.get(INTENT).orElseThrow(() -> new CorruptRecordException("the intent is gone"));
    Intent intent = Intent.decode(stored);
    carryOut(intent);
    Bytes encoded = intent.puts().get(HEADER);
    if (encoded == null) {
      throw new CorruptRecordException("an intent without a header");
    }
    header = WrapperHeader.decode(encoded);
  }

  private void carryOut(Intent intent) throws DinofsException {
    for (Map.Entry<Key, Bytes> put : intent.puts().entrySet()) {
      store.put(put.getKey(), put.getValue());
    }
  }
}
