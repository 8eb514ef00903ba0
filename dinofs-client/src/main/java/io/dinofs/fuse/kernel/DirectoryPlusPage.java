package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.DirectoryPage;
import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileSystem;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of a directory as {@code struct fuse_direntplus}, which is an entry as LOOKUP answers it
 * and a {@code struct fuse_dirent}, one after the other, as many as fit. For one thread.
 *
 * <p>The kernel counts a look-up for each that has an inode, but not for "." and "..".
 */
final class DirectoryPlusPage implements FileSystem.EntrySink {
  private static final Logger log = LoggerFactory.getLogger(DirectoryPlusPage.class);
  private static final Bytes DOT = Bytes.utf8(".");
  private static final Bytes DOT_DOT = Bytes.utf8("..");

  private final Exchange exchange;
  private final ByteBuffer out;
  private final FileSystem files;
  private final DirectoryPage entries;
  private final long openedAt;

  /**
   * @param out takes the entries between its position and its limit, in the machine's byte order
   * @param openedAt the {@link CacheTicket#time} of the request that opened the directory: what is
   *     told now may have been read at any time since
   */
  DirectoryPlusPage(Exchange exchange, ByteBuffer out, FileSystem files, long openedAt) {
    this.exchange = exchange;
    this.out = out;
    this.files = files;
    this.openedAt = openedAt;
    entries = new DirectoryPage(out);
  }

  @Override
  public boolean accept(Bytes name, InodeId inode, FileType type, long nextCookie) {
    int start = out.position();
    if (out.remaining() <= Answers.ENTRY_BYTES) {
      return false;
    }
    out.position(start + Answers.ENTRY_BYTES);
    if (!entries.accept(name, inode, type, nextCookie)) {
      out.position(start);
      return false;
    }
    int end = out.position();
    out.position(start);
    Optional<Attributes> attributes =
        name.equals(DOT) || name.equals(DOT_DOT) ? Optional.empty() : attributes(inode);
    if (attributes.isPresent()) {
      FileSystem.Node node = new FileSystem.Node(inode, attributes.get());
      exchange.entry(
          out, node, exchange.ticket().entry(exchange.inode(), new Name(name), openedAt));
    } else {
      Answers.absent(out, Validity.NONE); // the kernel asks if it wants to know
    }
    out.position(end);
    return true;
  }

  /** Empty if the entry has been removed since. */
  private Optional<Attributes> attributes(InodeId inode) {
    try {
      return Optional.of(files.getAttributes(inode));
    } catch (DinofsException e) {
      log.debug("an entry is told without attributes: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
