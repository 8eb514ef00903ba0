package io.dinofs.model;

import java.util.Objects;
import java.util.Optional;

/**
 * A record as it was at some moment.
 *
 * @param version of a record that exists, the version that wrote it; of an absent one, {@link
 *     Version#ABSENT}
 * @param value empty if the record is absent
 */
public record VersionedRecord(RecordKey key, Version version, Optional<Bytes> value) {
  /** The largest value of a record: an extended attribute's 64 KiB (xattr(7)). */
  public static final int MAX_VALUE_BYTES = 64 * 1024;

  public VersionedRecord {
    Objects.requireNonNull(key);
    if (version.equals(Version.ABSENT) == value.isPresent()) {
      throw new IllegalArgumentException("a record has a value exactly when it has a version");
    }
  }

  public static VersionedRecord present(RecordKey key, Version version, Bytes value) {
    return new VersionedRecord(key, version, Optional.of(value));
  }

  public static VersionedRecord absent(RecordKey key) {
    return new VersionedRecord(key, Version.ABSENT, Optional.empty());
  }

  public boolean isPresent() {
    return value.isPresent();
  }
}
