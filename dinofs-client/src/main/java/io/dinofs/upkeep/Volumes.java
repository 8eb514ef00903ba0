package io.dinofs.upkeep;

import io.dinofs.model.DinofsException;
import io.dinofs.model.VolumeId;
import java.util.Set;

/** The list of volumes whose contents a blob server keeps. */
public interface Volumes {
  /**
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  Set<VolumeId> volumes() throws DinofsException;
}
