package io.dinofs.vfs;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * By which name an inode was found last, so that messages can say a path. Bounded, and only as good
 * as the last lookup: a name that another node has changed since is not noticed. Safe for any
 * number of threads.
 */
final class KnownNames {
  private static final int MAX_INODES = 16_384;

  /** Longer than any path that open(2) takes, and an end for a loop of outdated names. */
  private static final int MAX_DEPTH = 2_048;

  private record Place(InodeId directory, Name name) {}

  /** Guarded by this. */
  private final Map<InodeId, Place> places =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InodeId, Place> eldest) {
          return size() > MAX_INODES;
        }
      };

  synchronized void note(InodeId inode, InodeId directory, Name name) {
    places.put(inode, new Place(directory, name));
  }

  /** The path from the volume's root; empty if a part of it is not known. */
  synchronized Optional<String> path(InodeId inode) {
    Deque<String> names = new ArrayDeque<>();
    InodeId at = inode;
    while (!at.equals(InodeId.ROOT)) {
      Place place = places.get(at);
      if (place == null || names.size() == MAX_DEPTH) {
        return Optional.empty();
      }
      names.addFirst(place.name().bytes().toUtf8());
      at = place.directory();
    }
    return Optional.of("/" + String.join("/", names));
  }

  /** What was done to an inode. */
  @FunctionalInterface
  interface Operation<T> {
    T run() throws DinofsException;
  }

  /** Runs an operation; if it fails by damage, the failure's message says of which file. */
  <T> T naming(InodeId inode, Operation<T> operation) throws DinofsException {
    try {
      return operation.run();
    } catch (DinofsException e) {
      if (e.kind() != ErrorKind.CORRUPT && e.kind() != ErrorKind.IO) {
        throw e;
      }
      throw new DinofsException(e.kind(), describe(inode) + ": " + e.getMessage(), e);
    }
  }

  /** The inode as a message names it: with its path, if that is known. */
  String describe(InodeId inode) {
    return path(inode).map(path -> path + " (inode " + inode + ")").orElse("inode " + inode);
  }
}
