package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The numbers that the kernel holds for open files or directories. Safe for any number of threads.
 *
 * <p>Numbers start at 1 and are never used twice.
 *
 * @param <H> what is open
 */
public final class OpenHandles<H> {
  private final Function<H, InodeId> inodeOf;
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, H> byNumber = new ConcurrentHashMap<>();

  /**
   * Each inode's handles; an inner map is changed only under its key's compute, and never empty.
   */
  private final Map<InodeId, Map<Long, H>> byInode = new ConcurrentHashMap<>();

  public OpenHandles(Function<H, InodeId> inodeOf) {
    this.inodeOf = inodeOf;
  }

  /** Keeps {@code handle} until {@link #remove}, and returns its number. */
  public long add(H handle) {
    long number = last.incrementAndGet();
    byNumber.put(number, handle);
    byInode.compute(
        inodeOf.apply(handle),
        (inode, open) -> {
          Map<Long, H> handles = open == null ? new ConcurrentHashMap<>() : open;
          handles.put(number, handle);
          return handles;
        });
    return number;
  }

  /**
   * The handle with {@code number}.
   *
   * @throws DinofsException BAD_HANDLE if there is none
   */
  public H get(long number) throws DinofsException {
    H handle = byNumber.get(number);
    if (handle == null) {
      throw new DinofsException(ErrorKind.BAD_HANDLE, "no open handle " + number);
    }
    return handle;
  }

  /**
   * Forgets {@code number} and returns its handle.
   *
   * @throws DinofsException BAD_HANDLE if there is none
   */
  public H remove(long number) throws DinofsException {
    H handle = get(number);
    byNumber.remove(number);
    byInode.computeIfPresent(
        inodeOf.apply(handle),
        (inode, handles) -> {
          handles.remove(number);
          return handles.isEmpty() ? null : handles;
        });
    return handle;
  }

  /** Any handle of {@code inode}, or empty if it is not open. */
  public Optional<H> anyOf(InodeId inode) {
    return Optional.ofNullable(byInode.get(inode))
        .flatMap(handles -> handles.values().stream().findAny());
  }
}
