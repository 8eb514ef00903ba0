package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.cache.OfflineMode;
import io.dinofs.config.HostAndPort;
import io.dinofs.fuse.Passthrough;
import io.dinofs.fuse.Squash;
import io.dinofs.wire.Consistency;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one run of dinofs is to do, from command line, configuration file and defaults.
 *
 * @param mount the directory to mount on; absolute
 * @param cache where contents are kept on this machine
 * @param cacheBytes how much room on disk contents may take that are on the blob server too; empty
 *     for a share of what is free
 * @param metadataBytes how much heap cached records may take
 * @param writeBack OFF: closing a file waits until its contents are on the blob server
 * @param keyFile has the keys that contents are encrypted with, absolute; empty if they are not
 * @param fuse which frontend mounts
 * @param passthrough whether the kernel reads by itself what is on this machine
 * @param squash whose requests count as an anonymous user's
 * @param timeout the longest that anything waits for a server
 * @param allowOther whether other users may use the mount; empty: if this user may allow it
 * @param readOnly whether every change through this mount is refused
 * @param atime whether reading through this mount changes access times
 * @param access how the servers are known, and this node to them
 * @param metrics where to tell metrics; empty for nowhere
 */
record ClientSettings(
    Path mount,
    HostAndPort metadata,
    URI blobs,
    CacheLocation cache,
    OptionalLong cacheBytes,
    long metadataBytes,
    OnOff writeBack,
    Optional<Path> keyFile,
    Frontend fuse,
    Passthrough passthrough,
    Squash squash,
    LockScope locks,
    Consistency consistency,
    OfflineMode offline,
    Duration timeout,
    Optional<Boolean> allowOther,
    boolean readOnly,
    boolean atime,
    Access access,
    Optional<HostAndPort> metrics,
    boolean background) {}
