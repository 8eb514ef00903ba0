package io.dinofs.model;

import java.util.Optional;

/**
 * Every way in which an operation can fail, with the number that stands for it on the wire. Numbers
 * are never reused.
 *
 * <p>Names that POSIX has are meant as errno(3) means them.
 */
public enum ErrorKind {
  /** A failure of the device or the network that has no better name. EIO. */
  IO(1),
  /** ENOENT. */
  NOT_FOUND(2),
  /** EEXIST. */
  EXISTS(3),
  /** ENOTDIR. */
  NOT_DIRECTORY(4),
  /** EISDIR. */
  IS_DIRECTORY(5),
  /** ENOTEMPTY. */
  NOT_EMPTY(6),
  /** The caller lacks a permission bit. EACCES. */
  ACCESS_DENIED(7),
  /** The operation is for the owner or for root. EPERM. */
  NOT_PERMITTED(8),
  /** EINVAL. */
  INVALID(9),
  /** ENAMETOOLONG. */
  NAME_TOO_LONG(10),
  /** EFBIG. */
  FILE_TOO_LARGE(11),
  /** ENOSPC. */
  NO_SPACE(12),
  /** EMLINK. */
  TOO_MANY_LINKS(13),
  /** No such extended attribute. ENODATA. */
  NO_ATTRIBUTE(14),
  /** A value does not fit the caller's buffer. ERANGE. */
  RANGE(15),
  /** A value is larger than the limit. E2BIG. */
  TOO_BIG(16),
  /** EOPNOTSUPP. */
  NOT_SUPPORTED(17),
  /** EBADF. */
  BAD_HANDLE(18),
  /** A record is no longer as the caller saw it; the operation has to be evaluated again. */
  STALE(19),
  /** The server cannot be reached, or did not answer in time. */
  UNAVAILABLE(20),
  /** The waiting thread was interrupted. EINTR. */
  INTERRUPTED(21),
  /** Bytes from a store or a peer are not what they should be. */
  CORRUPT(22),
  /** A message breaks the protocol or a limit of it. */
  PROTOCOL(23),
  /** The peer serves another volume. */
  WRONG_VOLUME(24),
  /** The store was closed. */
  CLOSED(25),
  /** EXDEV. */
  CROSS_DEVICE(26),
  /** ESTALE: the inode of a handle is gone. */
  STALE_HANDLE(27),
  /** The directory is in use and can't be taken. EBUSY. */
  BUSY(28),
  /** Another owner has a lock that is in the way. EAGAIN. */
  LOCKED(29),
  /** Waiting for a lock would never end. EDEADLK. */
  DEADLOCK(30),
  /** There are more locks than the server keeps. ENOLCK. */
  TOO_MANY_LOCKS(31),
  /** The node has lost its locks, or may have; it must not go on as if it held them. EIO. */
  LOCK_LOST(32),
  /** There are no data, or there is nothing at all, from an offset on. ENXIO. */
  NO_DATA(33);

  private final int number;

  ErrorKind(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The kind with {@code number}, or empty if there is none. */
  public static Optional<ErrorKind> ofNumber(int number) {
    for (ErrorKind kind : values()) {
      if (kind.number == number) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
