package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.OpenFlags;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.LocalFiles;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which opens of a file pass through to a {@link StagedFile}. Safe for any number of
 * threads.
 *
 * <p>Linux wants all that have an inode open at a time to use its pages, or all to pass through to
 * one backing file, and fails other opens with EIO (fuse_file_io_open). So the first open decides:
 * one that only reads a file that is here passes through, and as long as it lasts all others do;
 * those that write have FOPEN_DIRECT_IO besides, with which the kernel asks for each read and write
 * after all. An open for direct I/O alone does not count, as it uses no pages.
 *
 * <p>What the kernel has open is not more than what is counted here: an open is counted before its
 * answer is written, and taken back at its RELEASE, which the kernel sends after the end.
 */
final class PassthroughFiles implements StagedContents {
  private static final Logger log = LoggerFactory.getLogger(PassthroughFiles.class);

  /** Each is a descriptor, and the memory of its contents. */
  private static final int MAX_STAGED = 128;

  private final FileSystem files;
  private final LocalFiles local;
  private final BackingFiles backing;
  private final Map<InodeId, Opens> byInode = new ConcurrentHashMap<>();
  private final Map<Long, InodeId> counted = new ConcurrentHashMap<>();
  private final AtomicInteger staged = new AtomicInteger();
  private volatile boolean enabled;

  /**
   * How an inode is open.
   *
   * @param stage null if its opens use the kernel's pages
   */
  private record Opens(int count, StagedFile stage) {
    Opens plus(int more) {
      return new Opens(count + more, stage);
    }
  }

  /**
   * What to answer to an open.
   *
   * @param backingId 0 for none
   */
  record Grant(int flags, int backingId) {}

  /** It passes nothing through before {@link #enable}. */
  <F extends FileSystem & LocalFiles> PassthroughFiles(F files, BackingFiles backing) {
    this.files = files;
    this.local = files;
    this.backing = backing;
  }

  /** The kernel has agreed. */
  void enable() {
    enabled = true;
  }

  /**
   * Counts an open.
   *
   * @param number of its handle, for {@link #closed}
   * @param plain the FOPEN flags without passthrough
   */
  Grant opened(long number, FileHandle handle, Set<OpenFlag> flags, int plain) {
    InodeId inode = handle.inode();
    boolean writes = flags.contains(OpenFlag.WRITE);
    // One that can be mapped uses the kernel's pages as soon as it is.
    boolean direct = OpenFlags.passesPages(flags, false);
    boolean may = enabled && !writes && isOneLocalBlob(handle);
    Opens opens =
        byInode.compute(
            inode,
            (key, known) -> {
              if (known != null) {
                return known.stage() == null && direct ? known : known.plus(1);
              }
              StagedFile stage = may ? stage(inode) : null;
              return stage == null && direct ? null : new Opens(1, stage);
            });
    boolean through = opens != null && opens.stage() != null;
    if (through || !direct) {
      counted.put(number, inode);
    }
    if (!through) {
      return new Grant(plain, 0);
    }
    boolean isCurrent = opens.stage().prepare();
    int kept = plain & (Answers.NO_FLUSH | Answers.DIRECT_IO);
    int asks = writes || !isCurrent ? Answers.DIRECT_IO : 0;
    return new Grant(kept | asks | Answers.PASSTHROUGH, opens.stage().id());
  }

  private boolean isOneLocalBlob(FileHandle handle) {
    try {
      return local.isOneLocalBlob(handle);
    } catch (DinofsException e) {
      log.debug("inode {} does not pass through: {}", handle.inode(), e.getMessage());
      return false;
    }
  }

  /** A new one, or null if there can be none now. */
  private StagedFile stage(InodeId inode) {
    if (staged.incrementAndGet() <= MAX_STAGED) {
      try {
        return StagedFile.create(files, backing, inode);
      } catch (DinofsException e) {
        log.debug("inode {} does not pass through: {}", inode, e.getMessage());
      }
    }
    staged.decrementAndGet();
    return null;
  }

  /** The kernel has released the handle, or was never told of it. */
  void closed(long number) {
    InodeId inode = counted.remove(number);
    if (inode == null) {
      return;
    }
    StagedFile[] last = new StagedFile[1];
    byInode.computeIfPresent(
        inode,
        (key, opens) -> {
          if (opens.count() > 1) {
            return opens.plus(-1);
          }
          last[0] = opens.stage();
          return null;
        });
    if (last[0] != null) {
      last[0].close();
      staged.decrementAndGet();
    }
  }

  /** A program of this node has changed a file; to be called before it is told so. */
  void changed(InodeId inode) {
    changed(inode, 0, Long.MAX_VALUE);
  }

  /** As {@link #changed(InodeId)}, between two places and behind what was the end. */
  void changed(InodeId inode, long from, long to) {
    Opens opens = byInode.get(inode);
    if (opens != null && opens.stage() != null) {
      opens.stage().refresh(from, to);
    }
  }

  @Override
  public boolean isStaged(InodeId inode) {
    Opens opens = byInode.get(inode);
    return opens != null && opens.stage() != null;
  }

  @Override
  public boolean refresh(InodeId inode) {
    Opens opens = byInode.get(inode);
    return opens == null || opens.stage() == null || opens.stage().refresh();
  }

  /** There will be no request any more. */
  void end() {
    counted.keySet().forEach(this::closed);
  }
}
