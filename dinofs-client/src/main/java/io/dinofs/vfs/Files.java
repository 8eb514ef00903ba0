package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.Key;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.VolumeClock;
import io.dinofs.store.WriteBack;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.content.OpenInode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Attributes and contents of inodes, committed and not: the one place where both meet. */
final class Files {
  private final VersionedStore store;
  private final InodeEdits edits;
  private final OpenInodes open;
  private final RecentInodes recent;
  private final WriteBack writeBack;
  private final VolumeClock clock;
  private final long limitMillis;
  private final boolean closeWaits;
  private final ContentCommits commits;
  private final AccessTimes accessTimes;

  /**
   * @param appendsMoved is told of files whose appended bytes are elsewhere than their writers
   *     think
   */
  Files(
      VersionedStore store,
      Transactions transactions,
      InodeEdits edits,
      OpenInodes open,
      RecentInodes recent,
      WriteBack writeBack,
      VolumeClock clock,
      FileSystemSettings settings,
      Consumer<InodeId> appendsMoved,
      AccessTimes accessTimes) {
    this.store = store;
    this.edits = edits;
    this.open = open;
    this.recent = recent;
    this.writeBack = writeBack;
    this.clock = clock;
    this.limitMillis = settings.timeout().toMillis();
    this.closeWaits = settings.closeWaits();
    this.commits = new ContentCommits(transactions, open, limitMillis, appendsMoved);
    this.accessTimes = accessTimes;
  }

  /** An open regular file. */
  record Handle(OpenInode file, Set<OpenFlag> flags) implements FileSystem.FileHandle {
    @Override
    public InodeId inode() {
      return file.inode();
    }

    /** Whether reads change the access time: O_NOATIME of open(2). */
    boolean countsReads() {
      return flags.contains(OpenFlag.READ) && !flags.contains(OpenFlag.NO_ACCESS_TIME);
    }

    /**
     * @throws DinofsException BAD_HANDLE if it was opened without {@code flag}
     */
    void require(OpenFlag flag) throws DinofsException {
      if (!flags.contains(flag)) {
        throw new DinofsException(
            ErrorKind.BAD_HANDLE, "inode " + inode() + " is open without " + flag);
      }
    }
  }

  /**
   * The attributes as this node sees them; those of an open file, and of an inode that was met
   * lately, also when its last name is gone.
   */
  Attributes attributes(InodeId inode) throws DinofsException {
    Optional<Attributes> committed = committed(inode);
    if (committed.isPresent()) {
      return view(inode, committed.get());
    }
    return open.find(inode)
        .map(OpenInode::orphanView)
        .or(() -> recent.attributes(inode))
        .orElseThrow(() -> Transaction.gone(inode));
  }

  /** Committed attributes as this node sees them. */
  Attributes view(InodeId inode, Attributes committed) {
    return accessTimes.view(inode, written(inode, committed));
  }

  private Attributes written(InodeId inode, Attributes committed) {
    return committed.type() == FileType.REGULAR
        ? open.find(inode).map(file -> file.view(committed)).orElse(committed)
        : committed;
  }

  /** Something that is no regular file was read; if it is gone, nobody will ask when. */
  void noteRead(InodeId inode) throws DinofsException {
    Optional<Attributes> committed = committed(inode);
    committed.ifPresent(attributes -> accessTimes.read(inode, attributes));
  }

  /** See {@link FileSystem#isReadNoted}. */
  boolean isReadNoted(Handle handle) throws DinofsException {
    if (!handle.countsReads() || handle.flags().contains(OpenFlag.WRITE)) {
      return false;
    }
    Optional<Attributes> committed = committed(handle.inode());
    return committed.isPresent()
        && accessTimes.isDue(handle.inode(), handle.file().view(committed.get()));
  }

  /** The file was read. */
  void noteRead(Handle handle, Attributes base) {
    if (handle.countsReads()) {
      accessTimes.read(handle.inode(), handle.file().view(base));
    }
  }

  private Optional<Attributes> committed(InodeId inode) throws DinofsException {
    VersionedRecord record =
        store
            .get(List.of(RecordKey.attributes(inode)), Children.WITHOUT_ATTRIBUTES)
            .records()
            .get(0);
    return record.isPresent()
        ? Optional.of(AttributesCodec.decode(record.value().orElseThrow()))
        : Optional.empty();
  }

  /**
   * The committed attributes, or those of an open file without a name, or of one that lost it
   * moments ago, with the contents of a small file at hand.
   */
  private Attributes attributesWithData(InodeId inode) throws DinofsException {
    Optional<Attributes> committed = committedWithData(inode);
    return committed.isPresent()
        ? committed.get()
        : open.find(inode)
            .map(OpenInode::lastSeen)
            .or(() -> recent.attributesWithData(inode))
            .orElseThrow(() -> Transaction.gone(inode));
  }

  private Optional<Attributes> committedWithData(InodeId inode) throws DinofsException {
    Optional<Attributes> committed = committed(inode);
    boolean small = committed.filter(it -> it.content() instanceof Content.InRecord).isPresent();
    return small ? SmallFiles.decode(SmallFiles.read(store, inode)) : committed;
  }

  /** The attributes below what is written here, with the contents of a small file at hand. */
  Attributes base(OpenInode file) throws DinofsException {
    Optional<Attributes> committed = committedWithData(file.inode());
    committed.ifPresent(file::view);
    return committed.orElseGet(file::lastSeen);
  }

  Handle open(Caller caller, InodeId inode, Set<OpenFlag> flags) throws DinofsException {
    Attributes attributes = attributesWithData(inode);
    if (attributes.isDirectory()) {
      throw new DinofsException(ErrorKind.IS_DIRECTORY, "inode " + inode + " is a directory");
    }
    if (attributes.type() != FileType.REGULAR) {
      throw new DinofsException(ErrorKind.INVALID, "inode " + inode + " is no regular file");
    }
    OpenInode file = open.acquire(inode, attributes);
    Handle handle = new Handle(file, Set.copyOf(flags));
    if (flags.contains(OpenFlag.TRUNCATE)) {
      try {
        Privileges privileges = Privileges.dropIf(flags.contains(OpenFlag.DROP_PRIVILEGES));
        changeSize(caller, file, AttributeChange.NONE.withSize(0).withPrivileges(privileges));
      } catch (DinofsException e) {
        open.release(file, true);
        throw e;
      }
    }
    return handle;
  }

  int read(Handle handle, ByteBuffer target, long offset) throws DinofsException {
    handle.require(OpenFlag.READ);
    Attributes base = base(handle.file());
    int bytes = handle.file().read(target, offset, base);
    noteRead(handle, base);
    return bytes;
  }

  int write(Handle handle, ByteBuffer source, long offset, boolean append, Privileges privileges)
      throws DinofsException {
    handle.require(OpenFlag.WRITE);
    int length = source.remaining();
    OpenInode file = handle.file();
    Attributes base = beginWrite(file, privileges);
    file.write(source, offset, append, base, clock.now());
    commits.tellOfMovedAppends(file);
    if (file.isFull()) {
      commit(file);
    }
    return length;
  }

  /**
   * Takes from the file what a change of its contents takes.
   *
   * @return the attributes below what is written here, with the contents of a small file at hand
   */
  Attributes beginWrite(OpenInode file, Privileges privileges) throws DinofsException {
    Attributes base = base(file);
    if (base.xattrs() == 0 && privileges.afterWrite(base.mode()) == base.mode()) {
      return base;
    }
    edits.run(
        file.inode(),
        (transaction, current, xattrs) -> AttributeOperations.written(privileges, current, xattrs));
    return base(file);
  }

  /** Commits what was written to the file; nothing if it has no name any more. */
  void commit(OpenInode file) throws DinofsException {
    if (file.isDirty() && committed(file.inode()).isPresent()) {
      commits.commit(Caller.ROOT, file, AttributeChange.NONE);
    }
  }

  /** What close(2) waits for. */
  void flush(Handle handle) throws DinofsException {
    if (closeWaits && handle.flags().contains(OpenFlag.WRITE)) {
      fsync(handle.file());
    } else {
      commit(handle.file());
    }
  }

  void fsync(OpenInode file) throws DinofsException {
    commit(file);
    Optional<Attributes> committed = committed(file.inode());
    if (committed.isPresent()) {
      List<Key> blobs =
          file.blobsOf(committed.get().content()).stream().map(key -> Key.of(key.toHex())).toList();
      writeBack.awaitPropagated(blobs, Duration.ofMillis(limitMillis));
    }
  }

  /**
   * One user less of the file, after a last try to commit. What can't be committed is kept as long
   * as there is the file.
   */
  void release(Handle handle) throws DinofsException {
    boolean keep = true;
    try {
      keep = committed(handle.inode()).isPresent();
      commit(handle.file());
    } catch (DinofsException e) {
      handle.file().noteFailure(e.getMessage());
      throw e;
    } finally {
      open.release(handle.file(), keep);
    }
  }

  /**
   * Commits what a closed file holds, and closes it then.
   *
   * @return whether it is committed; if not, the file has been removed
   */
  boolean save(OpenInode file) throws DinofsException {
    OpenInode acquired = open.acquire(file.inode(), file.lastSeen());
    release(new Handle(acquired, Set.of()));
    return committed(file.inode()).isPresent();
  }

  Attributes change(Caller caller, InodeId inode, AttributeChange change) throws DinofsException {
    if (change.size().isEmpty()) {
      return changeAttributes(caller, inode, change);
    }
    Attributes attributes = attributesWithData(inode);
    if (attributes.isDirectory()) {
      throw new DinofsException(ErrorKind.IS_DIRECTORY, "inode " + inode + " is a directory");
    }
    if (attributes.type() != FileType.REGULAR || change.size().getAsLong() < 0) {
      throw new DinofsException(
          ErrorKind.INVALID, "inode " + inode + " can't have the size " + change.size());
    }
    OpenInode file = open.acquire(inode, attributes);
    try {
      return changeSize(caller, file, change);
    } finally {
      open.release(file, true);
    }
  }

  private Attributes changeAttributes(Caller caller, InodeId inode, AttributeChange change)
      throws DinofsException {
    Optional<OpenInode> written = open.find(inode).filter(OpenInode::isDirty);
    Attributes changed =
        written.isPresent() && committed(inode).isPresent()
            ? changeWritten(caller, written.get(), change)
            : editAttributes(caller, inode, change);
    if (change.atime().isPresent()) {
      accessTimes.forget(inode);
    }
    if (change.mtime().isPresent()) {
      open.find(inode).ifPresent(OpenInode::forgetWriteTime);
    }
    return view(inode, changed);
  }

  private Attributes editAttributes(Caller caller, InodeId inode, AttributeChange change)
      throws DinofsException {
    return edits.run(
        inode,
        (transaction, current, xattrs) -> {
          if (transaction.isAgain()) {
            AttributeOperations.recheck(transaction, caller, inode, change, current);
          }
          Attributes changed =
              AttributeOperations.apply(caller, change, current, xattrs, transaction.now());
          return AttributeOperations.differInMoreThanTheMoment(current, changed)
              ? changed
              : current;
        });
  }

  /** What was written goes with the change, so that it needs no commit of its own at the close. */
  private Attributes changeWritten(Caller caller, OpenInode file, AttributeChange change)
      throws DinofsException {
    OpenInode used = open.acquire(file.inode(), file.lastSeen());
    try {
      return commits.commit(caller, used, change);
    } catch (DinofsException e) {
      if (e.kind() == ErrorKind.NO_SPACE) {
        return editAttributes(caller, file.inode(), change); // the close has to say it
      }
      throw e;
    } finally {
      open.release(used, true);
    }
  }

  private Attributes changeSize(Caller caller, OpenInode file, AttributeChange change)
      throws DinofsException {
    return file.view(commits.commit(caller, file, change));
  }
}
