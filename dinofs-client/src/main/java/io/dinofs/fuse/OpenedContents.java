package io.dinofs.fuse;

import io.dinofs.model.Content;
import io.dinofs.model.InodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which contents a file had when it was opened last, so that the kernel may keep the
 * pages of a file that is still the same. Safe for any number of threads.
 *
 * <p>Pages that were read later, of newer contents, are no danger: the kernel drops them by itself
 * when it sees the size and modification time change, in whichever direction.
 */
public final class OpenedContents {
  private final Map<InodeId, Content> newest; // guarded by this

  /**
   * @param maxFiles how many are remembered; of others the pages are not kept
   */
  public OpenedContents(int maxFiles) {
    newest =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<InodeId, Content> eldest) {
            return size() > maxFiles;
          }
        };
  }

  /** Whether the file had {@code content} too when this was called for it last. */
  public synchronized boolean isAsBefore(InodeId inode, Content content) {
    return content.equals(newest.put(inode, content));
  }
}
