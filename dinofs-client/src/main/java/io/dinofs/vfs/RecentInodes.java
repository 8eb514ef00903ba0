package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Remembers, within a bound, inodes that were met lately, for calls that name one which was removed
 * since.
 *
 * <p>Fifos, sockets, devices, links and directories: the kernel does not tell how long a program
 * has one open or as its working directory, so fstat(2) may ask for it at any time. Regular files:
 * between the look-up of a name and the open(2) that it was for, another file may take the name,
 * and again when the kernel has looked it up once more; one that was there moments ago is opened as
 * it was then. Safe for any number of threads.
 */
final class RecentInodes {
  private static final int MAX_SPECIAL = 4096;

  /** Some have the contents of a small file with them. */
  private static final int MAX_REGULAR = 1024;

  /** The longest that a look-up and the call that it is for are apart. */
  private static final long REGULAR_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanoClock;

  /** Guarded by this. */
  private final Map<InodeId, Met> special = new Bounded(MAX_SPECIAL);

  /** Guarded by this. */
  private final Map<InodeId, Met> regular = new Bounded(MAX_REGULAR);

  RecentInodes(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * An inode as it was last seen.
   *
   * @param data the record with the contents of a small file, where it was seen; the attributes
   *     tell whether it is still true
   */
  private record Met(Attributes attributes, Optional<Bytes> data, long atNanos) {
    /** The attributes with the contents of a small file at hand; empty if they were not seen. */
    Optional<Attributes> withData() {
      return attributes.content() instanceof Content.InRecord small
          ? data.flatMap(value -> SmallFiles.contents(small, value))
              .map(contents -> attributes.toBuilder().content(contents).build())
          : Optional.of(attributes);
    }
  }

  /** Forgets the eldest. */
  private static final class Bounded extends LinkedHashMap<InodeId, Met> {
    private static final long serialVersionUID = 1;

    private final int most;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<InodeId, Met> eldest) {
      return size() > most;
    }
  }

  /** An inode was found by its name, or made. */
  void met(InodeId inode, Attributes attributes) {
    remember(inode, attributes, Optional.empty());
  }

  /**
   * Follows what is committed, here or elsewhere.
   *
   * @throws DinofsException CORRUPT
   */
  void committed(CommittedChange change) throws DinofsException {
    for (VersionedRecord record : change.records()) {
      if (record.key().kind() == RecordKind.ATTRIBUTES && record.isPresent()) {
        InodeId inode = record.key().inode();
        Optional<Bytes> data = data(inode, change);
        if (data.isPresent() || knows(inode)) {
          remember(inode, AttributesCodec.decode(record.value().orElseThrow()), data);
        }
      }
    }
  }

  private static Optional<Bytes> data(InodeId inode, CommittedChange change) {
    RecordKey key = RecordKey.data(inode);
    return change.records().stream()
        .filter(record -> record.key().equals(key))
        .findFirst()
        .flatMap(VersionedRecord::value);
  }

  synchronized void forEachInode(Consumer<InodeId> action) {
    special.keySet().forEach(action);
    regular.keySet().forEach(action);
  }

  private synchronized boolean knows(InodeId inode) {
    return special.containsKey(inode) || regular.containsKey(inode);
  }

  private synchronized void remember(InodeId inode, Attributes attributes, Optional<Bytes> data) {
    Map<InodeId, Met> map = attributes.type() == FileType.REGULAR ? regular : special;
    Met before = map.remove(inode); // so that it is the youngest
    Optional<Bytes> known = data.or(() -> before == null ? Optional.empty() : before.data());
    map.put(inode, new Met(attributes, known, nanoClock.getAsLong()));
  }

  /**
   * The attributes of an inode that is gone, as they were last seen; empty if it was not lately.
   */
  Optional<Attributes> attributes(InodeId inode) {
    return find(inode).map(Met::attributes).map(RecentInodes::withoutLinks);
  }

  /**
   * As {@link #attributes}, with the contents of a small file at hand; empty if these were not
   * seen.
   */
  Optional<Attributes> attributesWithData(InodeId inode) {
    return find(inode).flatMap(Met::withData).map(RecentInodes::withoutLinks);
  }

  /** Changes the attributes of an inode that is gone, and that nobody else knows. */
  void change(InodeId inode, Attributes changed) {
    remember(inode, changed, Optional.empty());
  }

  private synchronized Optional<Met> find(InodeId inode) {
    Met met = regular.get(inode);
    if (met == null) {
      return Optional.ofNullable(special.get(inode));
    }
    return nanoClock.getAsLong() - met.atNanos() <= REGULAR_NANOS
        ? Optional.of(met)
        : Optional.empty();
  }

  private static Attributes withoutLinks(Attributes attributes) {
    return attributes.toBuilder().nlink(0).build();
  }
}
