package io.dinofs.upkeep;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.ContentCipher;
import io.dinofs.store.ScannableStore;
import io.dinofs.store.VolumeClock;
import java.util.ArrayList;
import java.util.List;

/**
 * Repairs problems, each by one commit that does nothing if what it concerns has changed since the
 * survey.
 */
final class Repairs {
  private static final int DIRECTORY_MODE = 0700;
  private static final int FILE_MODE = 0600;

  private final LiveVolume live;
  private final VolumeClock clock;
  private final Survey survey;
  private final LostAndFound lostAndFound;

  Repairs(ScannableStore volume, VolumeClock clock, Survey survey) {
    this.live = new LiveVolume(volume, survey.at());
    this.clock = clock;
    this.survey = survey;
    this.lostAndFound = new LostAndFound(live, clock);
  }

  /**
   * @return whether something was changed
   * @throws DinofsException STALE if it has changed since the survey; INVALID, CORRUPT if it can't
   *     be repaired so; UNAVAILABLE, INTERRUPTED, NO_SPACE, IO, CLOSED
   */
  boolean repair(Problem problem) throws DinofsException {
    InodeId inode = problem.inode();
    switch (problem.kind()) {
      case NEXT_INODE -> raiseNextInode(inode);
      case NO_ATTRIBUTES -> makeAttributes(inode);
      case DANGLING_ENTRY -> removeEntries(problem.directory(), inode, Version.ABSENT);
      case ENTRY_TYPE -> correctType(problem.directory(), inode);
      case SEVERAL_NAMES -> leaveOneName(inode);
      case NO_NAME -> lostAndFound.take(inode);
      case LOOP -> openLoop(inode);
      case PARENT -> correctParent(inode);
      case COUNT -> count(inode);
      case STRAY_DATA -> removeData(inode);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void raiseNextInode(InodeId last) throws DinofsException {
    VersionedRecord counter = live.read(VolumeFormat.NEXT_INODE);
    Counter next = new Counter(last.value() + 1);
    live.commit(new Mutation.Put(counter.key(), counter.version(), next.encode()));
  }

  /** What has entries or a parent was a directory; anything else becomes a file. */
  private void makeAttributes(InodeId inode) throws DinofsException {
    VersionedRecord data = live.read(RecordKey.data(inode));
    boolean directory =
        live.read(RecordKey.parent(inode)).isPresent()
            || !live.list(inode, RecordKind.ENTRY).isEmpty();
    FileType type = directory ? FileType.DIRECTORY : FileType.REGULAR;
    int mode = directory ? DIRECTORY_MODE : FILE_MODE;
    Attributes.Builder attributes =
        Attributes.create(type, mode, 0, 0, 0, clock.now()).toBuilder()
            .xattrs(live.list(inode, RecordKind.XATTR).size());
    if (!directory && data.isPresent()) {
      Bytes bytes = data.value().orElseThrow();
      boolean encrypted = live.read(RecordKey.keys()).isPresent();
      int overhead = encrypted ? ContentCipher.SMALL_OVERHEAD_BYTES : 0;
      attributes
          .size(Math.max(0, bytes.length() - overhead))
          .content(new Content.InRecord(BlobKey.of(bytes.asBuffer())));
    }
    live.commit(
        new Mutation.Put(
            RecordKey.attributes(inode),
            Version.ABSENT,
            AttributesCodec.encode(attributes.build())));
  }

  /**
   * Removes the names of an inode from a directory, whose counts are put right afterwards.
   *
   * @param seen the version that the inode's attributes must have
   */
  private void removeEntries(InodeId directory, InodeId inode, Version seen)
      throws DinofsException {
    List<Mutation> mutations = new ArrayList<>();
    mutations.add(new Mutation.Check(RecordKey.attributes(inode), seen));
    for (VersionedRecord entry : live.entriesOf(directory, inode)) {
      mutations.add(new Mutation.Delete(entry.key(), entry.version()));
    }
    live.commit(mutations);
  }

  private void correctType(InodeId directory, InodeId inode) throws DinofsException {
    VersionedRecord attributes = live.unchanged(RecordKey.attributes(inode));
    FileType type = AttributesCodec.decode(attributes.value().orElseThrow()).type();
    List<Mutation> mutations = new ArrayList<>();
    mutations.add(new Mutation.Check(attributes.key(), attributes.version()));
    for (VersionedRecord entry : live.entriesOf(directory, inode)) {
      Bytes right = new DirectoryEntry(inode, type).encode();
      mutations.add(new Mutation.Put(entry.key(), entry.version(), right));
    }
    live.commit(mutations);
  }

  /** Of a directory's names, the one in its parent stays; the root has none. */
  private void leaveOneName(InodeId inode) throws DinofsException {
    VersionedRecord parent = live.read(RecordKey.parent(inode));
    InodeId kept =
        parent.isPresent() ? InodeId.decode(parent.value().orElseThrow()) : InodeId.VOLUME;
    boolean one = inode.equals(InodeId.ROOT);
    List<Mutation> mutations = new ArrayList<>();
    mutations.add(new Mutation.Check(parent.key(), parent.version()));
    for (InodeId holder : holders(inode, kept)) {
      for (VersionedRecord entry : live.entriesOf(holder, inode)) {
        if (one) {
          mutations.add(new Mutation.Delete(entry.key(), entry.version()));
        }
        one = true;
      }
    }
    live.commit(mutations);
  }

  /** The directories with names of an inode, {@code first} in front if it is one. */
  private List<InodeId> holders(InodeId inode, InodeId first) {
    List<InodeId> holders = new ArrayList<>();
    for (int i = 0; i < survey.entries().size(); i++) {
      InodeId holder = survey.entries().directory(i);
      if (survey.entries().child(i).equals(inode) && !holders.contains(holder)) {
        holders.add(holder.equals(first) ? 0 : holders.size(), holder);
      }
    }
    return holders;
  }

  /** Takes the directory out of the one that it is in; without a name, it is found again. */
  private void openLoop(InodeId inode) throws DinofsException {
    InodeId holder = new InodeId(survey.inodes().holder(survey.inodes().find(inode.value())));
    VersionedRecord attributes = live.read(RecordKey.attributes(inode));
    removeEntries(holder, inode, attributes.version());
  }

  private void correctParent(InodeId inode) throws DinofsException {
    int index = survey.inodes().find(inode.value());
    boolean root = inode.equals(InodeId.ROOT);
    InodeId holder = root ? InodeId.ROOT : new InodeId(survey.inodes().holder(index));
    VersionedRecord parent = live.unchanged(RecordKey.parent(inode));
    live.commit(new Mutation.Put(parent.key(), parent.version(), holder.encode()));
  }

  /** Counts anew; whoever adds or removes what is counted changes the attributes too. */
  private void count(InodeId inode) throws DinofsException {
    VersionedRecord record = live.unchanged(RecordKey.attributes(inode));
    Attributes attributes = AttributesCodec.decode(record.value().orElseThrow());
    List<VersionedRecord> entries = live.list(inode, RecordKind.ENTRY);
    int directories = 0;
    for (VersionedRecord entry : entries) {
      FileType type = DirectoryEntry.decode(entry.value().orElseThrow()).type();
      directories += type == FileType.DIRECTORY ? 1 : 0;
    }
    int names = survey.inodes().names(survey.inodes().find(inode.value()));
    Attributes right =
        attributes.toBuilder()
            .xattrs(live.list(inode, RecordKind.XATTR).size())
            .entries(entries.size())
            .nlink(attributes.isDirectory() ? 2 + directories : names)
            .build();
    live.commit(new Mutation.Put(record.key(), record.version(), AttributesCodec.encode(right)));
  }

  private void removeData(InodeId inode) throws DinofsException {
    VersionedRecord attributes = live.unchanged(RecordKey.attributes(inode));
    VersionedRecord data = live.unchanged(RecordKey.data(inode));
    live.commit(
        new Mutation.Check(attributes.key(), attributes.version()),
        new Mutation.Delete(data.key(), data.version()));
  }
}
