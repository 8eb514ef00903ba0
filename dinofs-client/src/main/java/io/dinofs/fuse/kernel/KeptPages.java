package io.dinofs.fuse.kernel;

import io.dinofs.model.Attributes;
import io.dinofs.model.Content;
import io.dinofs.model.InodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which contents of a file the kernel's pages are of, so that an open may keep them. Safe for any
 * number of threads.
 *
 * <p>Pages are filled by reads and writes through this node. Both show what is committed with this
 * node's own writes over it. So pages stay true while only this node commits, and have to go when
 * another one does.
 */
final class KeptPages {
  private static final Image UNKNOWN = new Image(Content.NONE, -1);

  /** Contents and size: growing a file by truncate(2) leaves its contents as they are. */
  private record Image(Content content, long size) {
    static Image of(Attributes attributes) {
      Content content = attributes.content();
      return new Image(
          content instanceof Content.Inline small ? small.inRecord() : content, attributes.size());
    }
  }

  /** Guarded by this. */
  private final Map<InodeId, Image> images;

  /**
   * @param maxFiles how many are remembered; of others the pages are not kept at an open
   */
  KeptPages(int maxFiles) {
    images =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<InodeId, Image> eldest) {
            return size() > maxFiles;
          }
        };
  }

  /** Whether pages of before may be kept by an open that saw {@code attributes}. */
  synchronized boolean opened(InodeId inode, Attributes attributes) {
    Image image = Image.of(attributes);
    return image.equals(images.put(inode, image));
  }

  /** This node has committed: pages that were true are true for the new contents. */
  synchronized void committedHere(InodeId inode, Attributes attributes) {
    images.computeIfPresent(inode, (key, image) -> Image.of(attributes));
  }

  /** Another node has committed; returns whether pages may be of other contents. */
  synchronized boolean committedElsewhere(InodeId inode, Attributes attributes) {
    Image image = Image.of(attributes);
    if (image.equals(images.getOrDefault(inode, UNKNOWN))) {
      return false;
    }
    images.remove(inode);
    return true;
  }

  /** The pages are true for nobody knows which contents. */
  synchronized void forget(InodeId inode) {
    images.remove(inode);
  }

  synchronized void forgetAll() {
    images.clear();
  }
}
