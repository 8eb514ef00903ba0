package io.dinofs.blobserver;

import io.dinofs.model.Bytes;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VolumeId;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The volumes whose contents are here, as nodes have told when they mounted them. A blob does not
 * say whose it is, so this is how a collection of garbage knows which volumes it has to ask. Kept
 * beside the blobs, under a key that no blob has. Safe for any number of threads.
 */
final class VolumeList {
  private static final Key KEY = Key.of("volumes");

  private final Store store;

  /** In the order of their text; guarded by this. */
  private final Set<String> volumes;

  private VolumeList(Store store, Set<String> volumes) {
    this.store = store;
    this.volumes = volumes;
  }

  /**
   * @throws DinofsException CORRUPT, IO
   */
  static VolumeList open(Store store) throws DinofsException {
    Set<String> volumes = new TreeSet<>();
    Optional<Bytes> stored = store.get(KEY);
    for (String line : stored.map(Bytes::toUtf8).orElse("").lines().toList()) {
      volumes.add(
          parse(line)
              .orElseThrow(() -> new CorruptRecordException("not a volume in the list: " + line))
              .toString());
    }
    return new VolumeList(store, volumes);
  }

  /** The volume that {@code text} names; empty if it is no volume's name. */
  static Optional<VolumeId> parse(String text) {
    try {
      VolumeId volume = new VolumeId(UUID.fromString(text));
      return volume.toString().equals(text) ? Optional.of(volume) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A line for each. */
  synchronized String list() {
    return volumes.stream().map(volume -> volume + "\n").collect(Collectors.joining());
  }

  /**
   * @throws DinofsException NO_SPACE, IO, CLOSED: it is not in the list then
   */
  synchronized void add(VolumeId volume) throws DinofsException {
    if (volumes.add(volume.toString())) {
      boolean done = false;
      try {
        store.put(KEY, Bytes.utf8(list()));
        done = true;
      } finally {
        if (!done) {
          volumes.remove(volume.toString());
        }
      }
    }
  }

  /**
   * @return whether it was in the list
   * @throws DinofsException NO_SPACE, IO, CLOSED: it is in the list still
   */
  synchronized boolean remove(VolumeId volume) throws DinofsException {
    boolean was = volumes.remove(volume.toString());
    if (was) {
      boolean done = false;
      try {
        store.put(KEY, Bytes.utf8(list()));
        done = true;
      } finally {
        if (!done) {
          volumes.add(volume.toString());
        }
      }
    }
    return was;
  }
}
