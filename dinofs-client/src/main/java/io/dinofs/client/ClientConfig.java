package io.dinofs.client;

import io.dinofs.cache.OfflineMode;
import io.dinofs.fuse.Passthrough;
import io.dinofs.fuse.Squash;
import io.dinofs.wire.Consistency;

/**
 * The configuration file: the options of the command line, each null if it is not in the file.
 *
 * @param timeout seconds
 */
record ClientConfig(
    String mount,
    String metadata,
    String blobs,
    String cache,
    String cacheSize,
    String metadataCache,
    OnOff writeBack,
    String encrypt,
    Frontend fuse,
    Passthrough passthrough,
    Squash.Who squash,
    Integer squashUid,
    Integer squashGid,
    LockScope locks,
    Boolean background,
    Consistency consistency,
    OfflineMode offline,
    Long timeout,
    Boolean allowOther,
    Boolean readOnly,
    Boolean atime,
    String metrics,
    String tlsCa,
    String tlsFingerprint,
    String tlsCert,
    String tlsKey,
    String tokenFile,
    Boolean insecure) {
  static final ClientConfig EMPTY =
      new ClientConfig(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null, null, null, null, null, null, null, null);
}
