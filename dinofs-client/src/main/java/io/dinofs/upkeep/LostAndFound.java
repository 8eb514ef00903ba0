package io.dinofs.upkeep;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.VolumeClock;
import java.util.ArrayList;
import java.util.List;

/** The directory {@code /lost+found}, which inodes without a name come into as {@code #NUMBER}. */
final class LostAndFound {
  private static final RecordKey ENTRY = RecordKey.entry(InodeId.ROOT, Name.of("lost+found"));
  private static final int MODE = 0700;

  private final LiveVolume live;
  private final VolumeClock clock;

  LostAndFound(LiveVolume live, VolumeClock clock) {
    this.live = live;
    this.clock = clock;
  }

  /**
   * Gives a name to an inode that has none.
   *
   * @throws DinofsException STALE if the inode has changed meanwhile; EXISTS if there is another
   *     kind of file in the way; and as {@link LiveVolume#commit}
   */
  void take(InodeId inode) throws DinofsException {
    InodeId directory = directory();
    VersionedRecord record = live.unchanged(RecordKey.attributes(inode));
    Attributes attributes = AttributesCodec.decode(record.value().orElseThrow());
    boolean isDirectory = attributes.isDirectory();
    List<Mutation> mutations = new ArrayList<>();
    mutations.add(
        new Mutation.Put(
            RecordKey.entry(directory, Name.of("#" + inode)),
            Version.ABSENT,
            new DirectoryEntry(inode, attributes.type()).encode()));
    mutations.add(
        new Mutation.Put(
            record.key(),
            record.version(),
            AttributesCodec.encode(
                isDirectory ? attributes : attributes.toBuilder().nlink(1).build())));
    mutations.add(new Mutation.TouchDirectory(directory, 1, isDirectory ? 1 : 0, clock.now()));
    if (isDirectory) {
      VersionedRecord parent = live.read(RecordKey.parent(inode));
      mutations.add(new Mutation.Put(parent.key(), parent.version(), directory.encode()));
    }
    live.commit(mutations);
  }

  private InodeId directory() throws DinofsException {
    VersionedRecord entry = live.read(ENTRY);
    if (!entry.isPresent()) {
      return make(entry);
    }
    DirectoryEntry found = DirectoryEntry.decode(entry.value().orElseThrow());
    if (found.type() != FileType.DIRECTORY) {
      throw new DinofsException(ErrorKind.EXISTS, "/lost+found is not a directory");
    }
    return found.child();
  }

  private InodeId make(VersionedRecord entry) throws DinofsException {
    VersionedRecord counter = live.read(VolumeFormat.NEXT_INODE);
    long next = Counter.decode(counter.value().orElseThrow()).value();
    InodeId inode = new InodeId(next);
    Attributes attributes = Attributes.create(FileType.DIRECTORY, MODE, 0, 0, 0, clock.now());
    live.commit(
        new Mutation.Put(counter.key(), counter.version(), new Counter(next + 1).encode()),
        new Mutation.Put(
            RecordKey.attributes(inode), Version.ABSENT, AttributesCodec.encode(attributes)),
        new Mutation.Put(RecordKey.parent(inode), Version.ABSENT, InodeId.ROOT.encode()),
        new Mutation.Put(
            entry.key(), entry.version(), new DirectoryEntry(inode, FileType.DIRECTORY).encode()),
        new Mutation.TouchDirectory(InodeId.ROOT, 1, 1, clock.now()));
    return inode;
  }
}
