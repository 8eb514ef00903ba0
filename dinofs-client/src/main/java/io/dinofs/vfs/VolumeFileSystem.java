package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.NodeId;
import io.dinofs.store.BlobFileStore;
import io.dinofs.store.Capacity;
import io.dinofs.store.ContentCipher;
import io.dinofs.store.LocalBlobs;
import io.dinofs.store.LockService;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VolumeClock;
import io.dinofs.store.WriteBack;
import io.dinofs.vfs.content.BlobPrefetcher;
import io.dinofs.vfs.content.ContentStorage;
import io.dinofs.vfs.content.LostAndFound;
import io.dinofs.vfs.content.OpenInode;
import io.dinofs.vfs.content.SpoolBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** The {@link FileSystem} over a volume's records and blobs. */
public final class VolumeFileSystem implements FileSystem, ChangeFeed, LocalFiles {
  private static final long SPOOL_HEAP_BYTES = 32L << 20;

  /** Long enough to read many files meanwhile, short for whoever looks at times by hand. */
  private static final Duration ACCESS_TIME_DELAY = Duration.ofSeconds(2);

  private final VersionedStore store;
  private final BlobFileStore blobs;
  private final Optional<LocalBlobs> localBlobs;
  private final Capacity capacity;
  private final Transactions transactions;
  private final Namespace namespace;
  private final Removal removal;
  private final Renaming renaming;
  private final OpenInodes open;
  private final UnnamedFiles unnamed;
  private final RangeOperations ranges;
  private final Xattrs xattrs;
  private final RecentInodes recent = new RecentInodes(System::nanoTime);
  private final AccessTimes accessTimes;
  private final Files files;
  private final UnsavedFiles unsaved;
  private final CommitFeed feed;
  private final BlobPrefetcher prefetcher;
  private final Optional<HandleLocks> locks;
  private final KnownNames names = new KnownNames();

  /**
   * What the file system stands on.
   *
   * @param records the volume's records; with a cache in front if it is far away
   * @param blobs the volume's contents, as they are kept
   * @param cipher encrypts contents before they are kept; empty if they are kept as they are
   * @param writeBack tells when blobs have reached their final place
   * @param capacity the room for contents
   */
  public record Stores(
      VersionedStore records,
      BlobFileStore blobs,
      Optional<ContentCipher> cipher,
      WriteBack writeBack,
      Capacity capacity) {}

  /**
   * @param node names this run of this client in its commits
   * @throws DinofsException as {@link VersionedStore#subscribe}
   */
  public VolumeFileSystem(
      Stores stores, VolumeClock clock, NodeId node, FileSystemSettings settings)
      throws DinofsException {
    this(stores, Optional.empty(), clock, node, settings);
  }

  /**
   * @param lockService keeps the locks of all nodes; empty if each node keeps its own
   * @param node names this run of this client in its commits and locks
   * @throws DinofsException as {@link VersionedStore#subscribe}
   */
  public VolumeFileSystem(
      Stores stores,
      Optional<LockService> lockService,
      VolumeClock clock,
      NodeId node,
      FileSystemSettings settings)
      throws DinofsException {
    this.store = stores.records();
    this.blobs = stores.blobs();
    this.capacity = stores.capacity();
    this.localBlobs =
        stores.cipher().isEmpty() && blobs instanceof LocalBlobs local
            ? Optional.of(local)
            : Optional.empty();
    this.prefetcher = new BlobPrefetcher(blobs);
    long limitMillis = settings.timeout().toMillis();
    this.open =
        new OpenInodes(
            ContentStorage.of(
                blobs, stores.cipher(), new SpoolBudget(SPOOL_HEAP_BYTES), prefetcher));
    this.feed = new CommitFeed(open, recent);
    this.transactions = new Transactions(store, clock, node, limitMillis, feed::outcomeUnknown);
    InodeNumbers numbers = new InodeNumbers(transactions);
    this.namespace = new Namespace(transactions, numbers);
    InodeEdits edits = new InodeEdits(transactions, open, recent);
    this.xattrs = new Xattrs(store, transactions, edits, open);
    this.removal = new Removal(transactions, xattrs);
    this.renaming = new Renaming(transactions, removal);
    this.accessTimes =
        new AccessTimes(settings.accessTimes(), transactions, clock, ACCESS_TIME_DELAY);
    this.files =
        new Files(
            store,
            transactions,
            edits,
            open,
            recent,
            stores.writeBack(),
            clock,
            settings,
            feed::appendsMoved,
            accessTimes);
    this.ranges = new RangeOperations(files, capacity, clock);
    this.unnamed = new UnnamedFiles(transactions, numbers, open, limitMillis);
    LostAndFound lostAndFound =
        new LostAndFound(settings.lostAndFound(), store.volume(), stores.cipher());
    this.unsaved = new UnsavedFiles(open, files, lostAndFound, names);
    this.locks = lockService.map(service -> new HandleLocks(service, node, this::commit));
    feed.subscribeTo(store);
  }

  private void commit(FileHandle handle) throws DinofsException {
    files.commit(((Files.Handle) handle).file());
  }

  private void requireLocks(FileHandle handle) throws DinofsException {
    if (locks.isPresent()) {
      locks.get().requireHeld(handle);
    }
  }

  @Override
  public Optional<FileLocks> locks() {
    return locks.map(it -> it);
  }

  @Override
  public Node lookup(InodeId parent, Name name) throws DinofsException {
    Transaction.Named found = transactions.run(transaction -> transaction.existing(parent, name));
    recent.met(found.inode(), found.attributes());
    names.note(found.inode(), parent, name);
    return new Node(found.inode(), files.view(found.inode(), found.attributes()));
  }

  @Override
  public InodeId parent(InodeId directory) throws DinofsException {
    return transactions.run(transaction -> transaction.parent(directory));
  }

  @Override
  public Attributes getAttributes(InodeId inode) throws DinofsException {
    return files.attributes(inode);
  }

  @Override
  public Attributes setAttributes(Caller caller, InodeId inode, AttributeChange change)
      throws DinofsException {
    return files.change(caller, inode, change);
  }

  @Override
  public Bytes readLink(InodeId inode) throws DinofsException {
    if (files.attributes(inode).content() instanceof Content.SymlinkTarget link) {
      files.noteRead(inode);
      return link.target();
    }
    throw new DinofsException(ErrorKind.INVALID, "inode " + inode + " is no symbolic link");
  }

  private Node met(Node made) {
    recent.met(made.inode(), made.attributes());
    return made;
  }

  @Override
  public Node makeNode(Caller caller, InodeId parent, Name name, FileType type, int mode, int rdev)
      throws DinofsException {
    return met(namespace.makeNode(caller, parent, name, type, mode, rdev));
  }

  @Override
  public Node makeDirectory(Caller caller, InodeId parent, Name name, int mode)
      throws DinofsException {
    return met(namespace.makeDirectory(caller, parent, name, mode));
  }

  @Override
  public Node makeSymlink(Caller caller, InodeId parent, Name name, Bytes target)
      throws DinofsException {
    return met(namespace.makeSymlink(caller, parent, name, target));
  }

  @Override
  public Node link(Caller caller, InodeId inode, InodeId newParent, Name newName)
      throws DinofsException {
    Optional<OpenInode> nameable = open.findNameable(inode);
    Node linked =
        nameable.isPresent()
            ? unnamed.link(caller, nameable.get(), newParent, newName)
            : namespace.link(caller, inode, newParent, newName);
    return new Node(inode, files.view(inode, linked.attributes()));
  }

  @Override
  public void unlink(Caller caller, InodeId parent, Name name) throws DinofsException {
    noteNewest(removal.unlink(caller, parent, name));
  }

  @Override
  public void removeDirectory(Caller caller, InodeId parent, Name name) throws DinofsException {
    removal.removeDirectory(caller, parent, name);
  }

  @Override
  public void rename(
      Caller caller, InodeId parent, Name name, InodeId newParent, Name newName, RenameMode mode)
      throws DinofsException {
    renaming
        .rename(
            caller, new Renaming.Place(parent, name), new Renaming.Place(newParent, newName), mode)
        .ifPresent(this::noteNewest);
  }

  /** An open file that lost its last name goes on from the attributes that it had then. */
  private void noteNewest(Removal.Removed removed) {
    Transaction.Named file = removed.file();
    open.unnamed(file.inode(), removed.xattrValues());
    Attributes unused = files.view(file.inode(), file.attributes());
  }

  @Override
  public Created create(Caller caller, InodeId parent, Name name, int mode, Set<OpenFlag> flags)
      throws DinofsException {
    Node node =
        namespace.makeOrFind(caller, parent, name, mode, flags.contains(OpenFlag.EXCLUSIVE));
    names.note(node.inode(), parent, name);
    Set<OpenFlag> openFlags = EnumSet.noneOf(OpenFlag.class);
    openFlags.addAll(flags);
    if (node.isNew()) {
      openFlags.remove(OpenFlag.TRUNCATE);
    } else {
      requireOpenable(caller, node, flags);
    }
    FileHandle handle = files.open(caller, node.inode(), openFlags);
    return new Created(
        node.isNew() ? node : new Node(node.inode(), files.attributes(node.inode())), handle);
  }

  /**
   * The kernel thought that the file was not there, so it has not checked whether the caller may
   * open it.
   */
  private void requireOpenable(Caller caller, Node node, Set<OpenFlag> flags)
      throws DinofsException {
    int wanted =
        (flags.contains(OpenFlag.READ) ? Permissions.READ : 0)
            | (flags.contains(OpenFlag.WRITE) ? Permissions.WRITE : 0);
    requireAccess(caller, node.inode(), wanted);
  }

  @Override
  public void requireAccess(Caller caller, InodeId inode, int wanted) throws DinofsException {
    transactions.run(
        transaction -> {
          Attributes attributes =
              transaction.attributes(inode).orElseThrow(() -> Transaction.gone(inode));
          Permissions.require(transaction, caller, inode, attributes, wanted);
          return null;
        });
  }

  @Override
  public Created createUnnamed(Caller caller, InodeId directory, int mode, Set<OpenFlag> flags)
      throws DinofsException {
    FileHandle handle = unnamed.make(caller, directory, mode, flags);
    return new Created(new Node(handle.inode(), files.attributes(handle.inode())), handle);
  }

  @Override
  public FileHandle open(Caller caller, InodeId inode, Set<OpenFlag> flags) throws DinofsException {
    return files.open(caller, inode, flags);
  }

  @Override
  public Attributes getAttributes(FileHandle handle) throws DinofsException {
    return files.attributes(handle.inode());
  }

  @Override
  public Attributes setAttributes(Caller caller, FileHandle handle, AttributeChange change)
      throws DinofsException {
    boolean cuts =
        change.size().isPresent() && ((Files.Handle) handle).flags().contains(OpenFlag.WRITE);
    // ftruncate(2): what counts is how the file was opened, not who may write to it now.
    return files.change(cuts ? Caller.ROOT : caller, handle.inode(), change);
  }

  @Override
  public boolean isOneLocalBlob(FileHandle handle) throws DinofsException {
    return localBlobs.isPresent()
        && !isDirty(handle.inode())
        && files.attributes(handle.inode()).content() instanceof Content.SingleBlob blob
        && localBlobs.get().isLocal(blob.key());
  }

  @Override
  public boolean isReadNoted(FileHandle handle) throws DinofsException {
    return files.isReadNoted((Files.Handle) handle);
  }

  @Override
  public int read(FileHandle handle, ByteBuffer target, long offset) throws DinofsException {
    requireLocks(handle);
    return names.naming(handle.inode(), () -> files.read((Files.Handle) handle, target, offset));
  }

  @Override
  public int write(FileHandle handle, ByteBuffer source, long offset, Privileges privileges)
      throws DinofsException {
    requireLocks(handle);
    Files.Handle open = (Files.Handle) handle;
    boolean append = open.flags().contains(OpenFlag.APPEND);
    return files.write(open, source, offset, append, privileges);
  }

  @Override
  public int writeAt(FileHandle handle, ByteBuffer source, long offset, Privileges privileges)
      throws DinofsException {
    requireLocks(handle);
    return files.write((Files.Handle) handle, source, offset, false, privileges);
  }

  @Override
  public int append(FileHandle handle, ByteBuffer source, Privileges privileges)
      throws DinofsException {
    requireLocks(handle);
    return files.write((Files.Handle) handle, source, 0, true, privileges);
  }

  @Override
  public void flush(FileHandle handle) throws DinofsException {
    files.flush((Files.Handle) handle);
  }

  @Override
  public void fsync(FileHandle handle) throws DinofsException {
    requireLocks(handle);
    files.fsync(((Files.Handle) handle).file());
  }

  @Override
  public void release(FileHandle handle) throws DinofsException {
    try {
      files.release((Files.Handle) handle);
    } finally {
      if (locks.isPresent()) {
        locks.get().released(handle);
      }
    }
  }

  @Override
  public void allocate(
      Caller caller, FileHandle handle, AllocateMode mode, long offset, long length)
      throws DinofsException {
    ranges.allocate(caller, (Files.Handle) handle, mode, offset, length);
  }

  @Override
  public OptionalLong nextData(FileHandle handle, long offset) throws DinofsException {
    return ranges.nextData((Files.Handle) handle, offset);
  }

  @Override
  public OptionalLong nextHole(FileHandle handle, long offset) throws DinofsException {
    return ranges.nextHole((Files.Handle) handle, offset);
  }

  @Override
  public long copyRange(
      Caller caller, FileHandle from, long fromOffset, FileHandle to, long toOffset, long length)
      throws DinofsException {
    return ranges.copy(
        caller, (Files.Handle) from, fromOffset, (Files.Handle) to, toOffset, length);
  }

  @Override
  public DirectoryHandle openDirectory(InodeId inode) throws DinofsException {
    return transactions.run(
        transaction -> {
          if (!transaction
              .attributes(inode)
              .orElseThrow(() -> Transaction.gone(inode))
              .isDirectory()) {
            throw new DinofsException(
                ErrorKind.NOT_DIRECTORY, "inode " + inode + " is no directory");
          }
          return new OpenDirectory(inode, transaction.parent(inode), store, blobs);
        });
  }

  @Override
  public void readDirectory(DirectoryHandle handle, long cookie, EntrySink sink)
      throws DinofsException {
    ((OpenDirectory) handle).read(cookie, sink);
    if (cookie == 0) {
      files.noteRead(handle.inode());
    }
  }

  @Override
  public void releaseDirectory(DirectoryHandle handle) {
    ((OpenDirectory) handle).close();
  }

  @Override
  public Statistics statistics() throws DinofsException {
    Capacity.Room room = capacity.room();
    return new Statistics(room.totalBytes(), room.freeBytes(), store.statistics().inodes());
  }

  @Override
  public Bytes getXattr(InodeId inode, Bytes name) throws DinofsException {
    return xattrs.get(inode, name);
  }

  @Override
  public List<Bytes> listXattrs(InodeId inode) throws DinofsException {
    return xattrs.list(inode);
  }

  @Override
  public void setXattr(
      Caller caller, InodeId inode, Bytes name, Bytes value, XattrMode mode, Privileges privileges)
      throws DinofsException {
    xattrs.set(caller, inode, name, value, mode, privileges);
  }

  @Override
  public void removeXattr(Caller caller, InodeId inode, Bytes name) throws DinofsException {
    xattrs.remove(caller, inode, name);
  }

  @Override
  public Observation observe(Function<Observation, VolumeObserver> observer) {
    return feed.observe(observer);
  }

  @Override
  public boolean isDirty(InodeId inode) {
    return feed.isDirty(inode);
  }

  @Override
  public void close() throws DinofsException {
    prefetcher.close();
    feed.close();
    try (accessTimes) {
      unsaved.close();
      accessTimes.commit();
    }
  }
}
