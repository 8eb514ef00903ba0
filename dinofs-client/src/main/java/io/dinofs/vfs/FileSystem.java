package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * The operations of a mounted volume, by inode, with the meaning that POSIX gives them.
 *
 * <p>Safe for any number of threads. Each operation takes effect at one moment, that of its commit:
 * it is computed from what is known, committed, and if another node was faster computed again (C2
 * of the design). Every operation may fail with UNAVAILABLE, INTERRUPTED, CORRUPT or IO; other
 * errors are named where they occur, in the sense of the operation's man page.
 *
 * <p>The kernel checks permissions before it asks (default_permissions); the file system checks
 * them again when it computes an operation a second time, since they may have changed.
 */
public interface FileSystem extends ExtendedAttributes, FileRanges, AutoCloseable {

  /**
   * An inode with its attributes, as this node sees it: writes that are not committed yet are in
   * the size and mtime.
   *
   * @param madeBy the commit that made the inode, and its name, if this operation did that, and
   *     that the attributes are as of; NONE if the inode was there before
   */
  record Node(InodeId inode, Attributes attributes, CommitNumber madeBy) {
    /** An inode that was there before. */
    public Node(InodeId inode, Attributes attributes) {
      this(inode, attributes, CommitNumber.NONE);
    }

    /** Whether this operation has made the inode. */
    public boolean isNew() {
      return !madeBy.equals(CommitNumber.NONE);
    }
  }

  /** A new open file with its inode. */
  record Created(Node node, FileHandle handle) {}

  /** What statfs(2) tells. */
  record Statistics(long totalBytes, long freeBytes, long inodes) {}

  /** An open file; valid until it is released. */
  interface FileHandle {
    InodeId inode();
  }

  /** An open directory; valid until it is released. */
  interface DirectoryHandle {
    InodeId inode();
  }

  /**
   * Takes the entries of a directory.
   *
   * @see FileSystem#readDirectory
   */
  @FunctionalInterface
  interface EntrySink {
    /**
     * @param name "." and ".." included
     * @param nextCookie where to go on behind this entry
     * @return whether there was room for it; if not, it is told again at the next read
     */
    boolean accept(Bytes name, InodeId inode, FileType type, long nextCookie);
  }

  /** Flags of {@link #open}, {@link #create} and {@link #createUnnamed}: see open(2). */
  enum OpenFlag {
    READ,
    WRITE,
    APPEND,
    TRUNCATE,
    /** With TRUNCATE: {@link Privileges#DROP}. */
    DROP_PRIVILEGES,
    /** Reads leave the access time as it is: O_NOATIME. */
    NO_ACCESS_TIME,
    /** Fail with EXISTS if the name is there already; a file without a name never gets one. */
    EXCLUSIVE
  }

  /** What {@link #rename} does if the new name is there: see renameat2(2). */
  enum RenameMode {
    REPLACE,
    /** Fail with EXISTS. */
    NO_REPLACE,
    /** Let the two names change places; both have to be there. */
    EXCHANGE
  }

  /**
   * @throws DinofsException NOT_FOUND, NOT_DIRECTORY
   */
  Node lookup(InodeId parent, Name name) throws DinofsException;

  /**
   * The directory that {@code directory} is in; the root's is itself.
   *
   * @throws DinofsException NOT_FOUND, NOT_DIRECTORY
   */
  InodeId parent(InodeId directory) throws DinofsException;

  /**
   * @throws DinofsException STALE_HANDLE
   */
  Attributes getAttributes(InodeId inode) throws DinofsException;

  /**
   * chmod(2), chown(2), truncate(2), utimensat(2), several at once.
   *
   * @throws DinofsException STALE_HANDLE, NOT_PERMITTED, ACCESS_DENIED, IS_DIRECTORY, INVALID,
   *     FILE_TOO_LARGE, NO_SPACE
   */
  Attributes setAttributes(Caller caller, InodeId inode, AttributeChange change)
      throws DinofsException;

  /**
   * @throws DinofsException STALE_HANDLE, INVALID if it is no symbolic link
   */
  Bytes readLink(InodeId inode) throws DinofsException;

  /**
   * A regular file, fifo, socket or device. The caller's umask is applied here, unless the
   * directory has a default access control list, which is inherited then: acl(5).
   *
   * @param mode the twelve permission bits
   * @throws DinofsException EXISTS, NOT_FOUND, NOT_DIRECTORY, ACCESS_DENIED, INVALID
   */
  Node makeNode(Caller caller, InodeId parent, Name name, FileType type, int mode, int rdev)
      throws DinofsException;

  /**
   * @throws DinofsException EXISTS, NOT_FOUND, NOT_DIRECTORY, ACCESS_DENIED, TOO_MANY_LINKS
   */
  Node makeDirectory(Caller caller, InodeId parent, Name name, int mode) throws DinofsException;

  /**
   * @throws DinofsException EXISTS, NOT_FOUND, NOT_DIRECTORY, ACCESS_DENIED, NAME_TOO_LONG
   */
  Node makeSymlink(Caller caller, InodeId parent, Name name, Bytes target) throws DinofsException;

  /**
   * @throws DinofsException EXISTS, NOT_FOUND, NOT_DIRECTORY, ACCESS_DENIED, NOT_PERMITTED for a
   *     directory, TOO_MANY_LINKS
   */
  Node link(Caller caller, InodeId inode, InodeId newParent, Name newName) throws DinofsException;

  /**
   * @throws DinofsException NOT_FOUND, NOT_DIRECTORY, IS_DIRECTORY, ACCESS_DENIED, NOT_PERMITTED
   */
  void unlink(Caller caller, InodeId parent, Name name) throws DinofsException;

  /**
   * @throws DinofsException NOT_FOUND, NOT_DIRECTORY, NOT_EMPTY, ACCESS_DENIED, NOT_PERMITTED
   */
  void removeDirectory(Caller caller, InodeId parent, Name name) throws DinofsException;

  /**
   * rename(2), renameat2(2).
   *
   * @throws DinofsException EXISTS, NOT_FOUND, NOT_DIRECTORY, IS_DIRECTORY, NOT_EMPTY, INVALID for
   *     a directory into itself, ACCESS_DENIED, NOT_PERMITTED, TOO_MANY_LINKS
   */
  void rename(
      Caller caller, InodeId parent, Name name, InodeId newParent, Name newName, RenameMode mode)
      throws DinofsException;

  /**
   * Opens {@code name}, which is made if it is not there.
   *
   * @throws DinofsException EXISTS, NOT_FOUND, NOT_DIRECTORY, IS_DIRECTORY, ACCESS_DENIED
   */
  Created create(Caller caller, InodeId parent, Name name, int mode, Set<OpenFlag> flags)
      throws DinofsException;

  /**
   * Makes a file without a name, as O_TMPFILE of open(2): only this node knows it, until {@link
   * #link} gives it one; without one it ends with its last handle.
   *
   * @param directory whose group and default access control list it inherits
   * @throws DinofsException NOT_FOUND, NOT_DIRECTORY
   */
  Created createUnnamed(Caller caller, InodeId directory, int mode, Set<OpenFlag> flags)
      throws DinofsException;

  /**
   * @throws DinofsException STALE_HANDLE, IS_DIRECTORY, INVALID for what is no regular file
   */
  FileHandle open(Caller caller, InodeId inode, Set<OpenFlag> flags) throws DinofsException;

  /** The attributes of the open file, also when it has no name any more. */
  Attributes getAttributes(FileHandle handle) throws DinofsException;

  /**
   * Checks what the kernel does not: see {@link CallerChecks}.
   *
   * @param wanted an or of R_OK (4), W_OK (2) and X_OK (1) of access(2)
   * @throws DinofsException ACCESS_DENIED, NOT_FOUND
   */
  void requireAccess(Caller caller, InodeId inode, int wanted) throws DinofsException;

  /**
   * As {@link #setAttributes(Caller, InodeId, AttributeChange)}, also when the file has no name any
   * more.
   */
  Attributes setAttributes(Caller caller, FileHandle handle, AttributeChange change)
      throws DinofsException;

  /**
   * Whether a read through the handle would change the file's access time, so that whoever keeps
   * pages of the file has to ask for them nevertheless. Never true of a handle that can write too:
   * such files are read and written in turn, and their pages are worth more.
   */
  boolean isReadNoted(FileHandle handle) throws DinofsException;

  /**
   * Reads from {@code offset} until {@code target} is full or the file ends.
   *
   * @return how many bytes were read
   * @throws DinofsException BAD_HANDLE if it is not open for reading
   */
  int read(FileHandle handle, ByteBuffer target, long offset) throws DinofsException;

  /**
   * Writes all of {@code source} at {@code offset}, or at the end if the handle appends. Other
   * nodes see it after {@link #flush}, {@link #fsync} or {@link #release}.
   *
   * @param privileges KEEP also where the kernel takes them away by itself
   * @throws DinofsException BAD_HANDLE if it is not open for writing, NO_SPACE, FILE_TOO_LARGE
   */
  int write(FileHandle handle, ByteBuffer source, long offset, Privileges privileges)
      throws DinofsException;

  /**
   * As {@link #write}, at {@code offset} also if the handle was opened to append: pages of a
   * mapping are written through any handle of the file, and fcntl(2) can change a handle.
   */
  int writeAt(FileHandle handle, ByteBuffer source, long offset, Privileges privileges)
      throws DinofsException;

  /** As {@link #write}, at the end also if the handle was not opened to append: fcntl(2). */
  int append(FileHandle handle, ByteBuffer source, Privileges privileges) throws DinofsException;

  /** As the other, with {@link Privileges#KEEP}. */
  default int write(FileHandle handle, ByteBuffer source, long offset) throws DinofsException {
    return write(handle, source, offset, Privileges.KEEP);
  }

  /**
   * At each close(2) of a descriptor: what was written is committed, and survives a kill of this
   * process.
   */
  void flush(FileHandle handle) throws DinofsException;

  /** The locks that hold on all nodes; empty if the kernel is to keep them, for this node alone. */
  Optional<FileLocks> locks();

  /** Returns when contents and attributes are durable on the servers. */
  void fsync(FileHandle handle) throws DinofsException;

  /**
   * The last descriptor is closed: as {@link #flush}, and the handle is gone, whether it fails or
   * not.
   */
  void release(FileHandle handle) throws DinofsException;

  /**
   * @throws DinofsException STALE_HANDLE, NOT_DIRECTORY
   */
  DirectoryHandle openDirectory(InodeId inode) throws DinofsException;

  /**
   * Tells the entries behind {@code cookie} until {@code sink} is full or the directory ends.
   * However the directory changes meanwhile, a name that is there all the time is told once. Cookie
   * 0 starts anew, with the directory as it is then.
   *
   * @param cookie 0, or one that an {@link EntrySink} was given: of this handle, or of another one
   *     if the directory has not changed since; behind the end of the directory there is nothing to
   *     tell
   * @throws DinofsException INVALID for a negative cookie
   */
  void readDirectory(DirectoryHandle handle, long cookie, EntrySink sink) throws DinofsException;

  void releaseDirectory(DirectoryHandle handle);

  Statistics statistics() throws DinofsException;

  /**
   * Commits what is written and waits until everything pending is on the servers, at most the
   * configured limit.
   *
   * @throws DinofsException UNAVAILABLE, with what is still pending; it is kept and goes on at the
   *     next start
   */
  @Override
  void close() throws DinofsException;
}
