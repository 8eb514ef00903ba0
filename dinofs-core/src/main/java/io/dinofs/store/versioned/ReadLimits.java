package io.dinofs.store.versioned;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKey;
import io.dinofs.store.VersionedStore;
import java.util.List;

/** The limits of reads, which every engine checks before it reads. */
public final class ReadLimits {
  private ReadLimits() {}

  /**
   * @throws DinofsException INVALID unless there are 1 to {@link VersionedStore#MAX_GET_KEYS} keys
   */
  public static void checkKeys(List<RecordKey> keys) throws DinofsException {
    if (keys.isEmpty() || keys.size() > VersionedStore.MAX_GET_KEYS) {
      throw new DinofsException(
          ErrorKind.INVALID,
          "a get has 1 to " + VersionedStore.MAX_GET_KEYS + " keys, not " + keys.size());
    }
  }

  /**
   * @throws DinofsException INVALID unless {@code limit} is 1 to {@link
   *     VersionedStore#MAX_LIST_LIMIT}
   */
  public static void checkListLimit(int limit) throws DinofsException {
    if (limit < 1 || limit > VersionedStore.MAX_LIST_LIMIT) {
      throw new DinofsException(
          ErrorKind.INVALID,
          "a page has 1 to " + VersionedStore.MAX_LIST_LIMIT + " records, not " + limit);
    }
  }
}
