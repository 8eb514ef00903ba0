package io.dinofs.store;

import io.dinofs.model.DinofsException;
import io.dinofs.model.VolumeId;
import java.time.Instant;
import java.util.Set;

/**
 * The blobs of any number of volumes, as those see them who look after them. Safe for any number of
 * threads.
 */
public interface CollectableBlobs extends CollectableStore, AutoCloseable {
  /**
   * The volumes that keep their blobs there.
   *
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, PROTOCOL, IO, CLOSED
   */
  Set<VolumeId> volumes() throws DinofsException;

  /**
   * Notes that a volume keeps its blobs there.
   *
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, NO_SPACE, IO, CLOSED
   */
  void addVolume(VolumeId volume) throws DinofsException;

  /**
   * Notes that a volume keeps no blobs there any more: a collection deletes them.
   *
   * @throws DinofsException NOT_FOUND if the volume was not noted; UNAVAILABLE, INTERRUPTED, IO,
   *     CLOSED
   */
  void removeVolume(VolumeId volume) throws DinofsException;

  /**
   * The clock that ages are told by, to a second.
   *
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, PROTOCOL, IO, CLOSED
   */
  Instant now() throws DinofsException;

  @Override
  void close();
}
