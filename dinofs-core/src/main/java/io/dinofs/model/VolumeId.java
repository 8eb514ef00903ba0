package io.dinofs.model;

import java.util.UUID;

/** The identity of a volume, drawn at random when the volume is made. */
public record VolumeId(UUID value) {
  public static VolumeId random() {
    return new VolumeId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
