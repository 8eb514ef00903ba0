package io.dinofs.crypt;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.KeyIds;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.ContentCipher;
import io.dinofs.store.StaleException;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a volume's contents are encrypted, and with which keys, as a record of the volume says: a
 * volume becomes encrypted while it is empty, and stays so.
 */
public final class VolumeEncryption {
  private static final Logger log = LoggerFactory.getLogger(VolumeEncryption.class);
  private static final int ATTEMPTS = 10;

  private final VersionedStore volume;

  public VolumeEncryption(VersionedStore volume) {
    this.volume = volume;
  }

  /**
   * The volume may be used without a key.
   *
   * @throws DinofsException ACCESS_DENIED if its contents are encrypted; as {@link
   *     VersionedStore#get}
   */
  public void requireNone() throws DinofsException {
    Optional<KeyIds> ids = ids(record());
    if (ids.isPresent()) {
      throw new DinofsException(
          ErrorKind.ACCESS_DENIED,
          "the contents of volume %s are encrypted: --encrypt has to name a file with key %s"
              .formatted(volume.volume(), ids.get()));
    }
  }

  /**
   * The cipher of the volume's contents. If the newest key is new to the volume, that is noted; if
   * the volume is empty and not encrypted, it is from now on.
   *
   * @param readOnly whether nothing may be noted
   * @throws DinofsException ACCESS_DENIED if a key is missing; INVALID if the volume has contents
   *     that are not encrypted; as {@link VersionedStore#get} and {@link VersionedStore#commit}
   */
  public ContentCipher open(KeyRing keys, boolean readOnly) throws DinofsException {
    for (int attempt = 1; ; attempt++) {
      VersionedRecord record = record();
      Optional<KeyIds> ids = ids(record);
      if (ids.isPresent()) {
        requireAll(keys, ids.get());
      } else {
        requireEmpty(readOnly);
      }
      boolean known = ids.isPresent() && ids.get().ids().contains(keys.newest().id());
      if (known || readOnly) {
        return new FileCipher(keys);
      }
      try {
        note(record, ids, keys.newest());
        return new FileCipher(keys);
      } catch (StaleException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private VersionedRecord record() throws DinofsException {
    return volume.get(List.of(RecordKey.keys()), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  private static Optional<KeyIds> ids(VersionedRecord record) throws DinofsException {
    return record.isPresent()
        ? Optional.of(KeyIds.decode(record.value().orElseThrow()))
        : Optional.empty();
  }

  private void requireAll(KeyRing keys, KeyIds ids) throws DinofsException {
    List<String> missing =
        ids.ids().stream().filter(id -> !keys.has(id)).map(KeyIds::text).toList();
    if (!missing.isEmpty()) {
      throw new DinofsException(
          ErrorKind.ACCESS_DENIED,
          "%s is not the key file of volume %s: it lacks key %s"
              .formatted(keys.file(), volume.volume(), String.join(" ", missing)));
    }
  }

  private void requireEmpty(boolean readOnly) throws DinofsException {
    boolean empty =
        volume
            .list(InodeId.ROOT, RecordKind.ENTRY, Bytes.EMPTY, 1, Children.WITHOUT_ATTRIBUTES)
            .records()
            .isEmpty();
    if (!empty || readOnly) {
      throw new DinofsException(
          ErrorKind.INVALID,
          ("volume %s is not encrypted, and becomes so only while it is empty, by a mount that may"
                  + " write: copy its files to a new volume, or mount it without --encrypt")
              .formatted(volume.volume()));
    }
  }

  private void note(VersionedRecord record, Optional<KeyIds> before, VolumeKey newest)
      throws DinofsException {
    List<Long> ids = new ArrayList<>(before.map(KeyIds::ids).orElse(List.of()));
    ids.add(newest.id());
    if (ids.size() > KeyIds.MAX_KEYS) {
      throw new DinofsException(
          ErrorKind.INVALID, "a volume is encrypted with at most " + KeyIds.MAX_KEYS + " keys");
    }
    Mutation put = new Mutation.Put(record.key(), record.version(), new KeyIds(ids).encode());
    volume.commit(new Commit(new CommitId(NodeId.random(), 1), List.of(put)));
    log.info("contents of volume {} are encrypted with {} from now on", volume.volume(), newest);
  }
}
