package io.dinofs.fuse.kernel;

import io.dinofs.fuse.OpenedContents;
import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;

/**
 * Where nobody tells the kernel what has changed: it keeps neither names nor attributes, and pages
 * as long as it sees the same size and modification time.
 */
final class CachingNothing implements CachePolicy {
  /** A blob's key each, and little more. */
  private static final int MAX_OPENED_CONTENTS = 16_384;

  private final CacheTicket ticket = new Ticket(new OpenedContents(MAX_OPENED_CONTENTS));

  @Override
  public CacheTicket newTicket() {
    return ticket; // it knows nothing of requests, so one does for all threads
  }

  @Override
  public boolean invalidatesPages() {
    return false;
  }

  @Override
  public void settle() {}

  @Override
  public void forgottenInPart(InodeId inode) {}

  @Override
  public void directoryRead(InodeId directory) {}

  @Override
  public void directoryClosed(InodeId directory) {}

  private record Ticket(OpenedContents opened) implements CacheTicket {
    @Override
    public void begin(InodeId inode) {}

    @Override
    public void locksPages(InodeId inode) {}

    @Override
    public Validity name(InodeId parent, Name name) {
      return Validity.NONE;
    }

    @Override
    public void asOf(CommitNumber commit) {}

    @Override
    public long time() {
      return 0;
    }

    @Override
    public Validity entry(InodeId directory, Name name, long readSince) {
      return Validity.NONE;
    }

    @Override
    public Validity attributes(InodeId inode) {
      return Validity.NONE;
    }

    @Override
    public Validity newAttributes(InodeId inode) {
      return Validity.NONE;
    }

    @Override
    public boolean held(InodeId inode) {
      return true;
    }

    @Override
    public boolean pagesAreTrue(InodeId inode, Attributes attributes) {
      return opened.isAsBefore(inode, attributes.content());
    }

    @Override
    public int directoryFlags(InodeId directory) {
      return 0;
    }

    @Override
    public void end() {}
  }
}
