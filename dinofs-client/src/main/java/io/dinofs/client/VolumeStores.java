package io.dinofs.client;

import io.dinofs.access.Role;
import io.dinofs.cache.CacheSettings;
import io.dinofs.cache.CachingVersionedStore;
import io.dinofs.cache.blob.BlobCache;
import io.dinofs.cache.blob.CacheLimit;
import io.dinofs.client.control.MountStatus;
import io.dinofs.config.HostAndPort;
import io.dinofs.crypt.KeyRing;
import io.dinofs.crypt.VolumeEncryption;
import io.dinofs.fuse.RequestObserver;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.model.VolumeId;
import io.dinofs.observe.MetricsPage;
import io.dinofs.remote.metadata.ConnectionState;
import io.dinofs.remote.metadata.RemoteSettings;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.ContentCipher;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.paired.PairedOptions;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystemSettings;
import io.dinofs.vfs.VolumeFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The layers below a mount, put together. */
final class VolumeStores implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(VolumeStores.class);
  static final String LOST_AND_FOUND = "lost+found";

  private final VolumeId volume;
  private final boolean readOnly;
  private final FileSystem files;
  private final RemoteVersionedStore metadata;
  private final BlobCache blobs;
  private final RequestObserver observer;
  private final Path directory;

  /** What is to be closed: the uppermost is the first. */
  private final Deque<Layer> layers;

  /** Something that has to be closed. */
  @FunctionalInterface
  private interface Layer {
    void close() throws DinofsException;
  }

  private VolumeStores(
      VolumeId volume,
      boolean readOnly,
      FileSystem files,
      RemoteVersionedStore metadata,
      BlobCache blobs,
      RequestObserver observer,
      Path directory,
      Deque<Layer> layers) {
    this.volume = volume;
    this.readOnly = readOnly;
    this.files = files;
    this.metadata = metadata;
    this.blobs = blobs;
    this.observer = observer;
    this.directory = directory;
    this.layers = layers;
  }

  /**
   * Connects to the servers and opens the caches. What an earlier run has not uploaded is uploaded
   * from now on.
   *
   * @throws DinofsException UNAVAILABLE if a server does not answer in time; BUSY, WRONG_VOLUME if
   *     the cache directory is not ours; as {@link VolumeEncryption}, if the key file is not the
   *     volume's
   */
  static VolumeStores open(ClientSettings settings) throws DinofsException {
    Deque<Layer> layers = new ArrayDeque<>();
    try {
      return open(settings, layers);
    } catch (DinofsException | RuntimeException e) {
      closeAfter(e, layers);
      throw e;
    }
  }

  private static VolumeStores open(ClientSettings settings, Deque<Layer> layers)
      throws DinofsException {
    NodeId node = NodeId.random();
    RemoteVersionedStore metadata = RemoteVersionedStore.connect(remoteSettings(settings, node));
    layers.push(metadata::close);
    VolumeId volume = metadata.volume();
    boolean readOnly = settings.readOnly() || metadata.role() == Role.READ_ONLY;
    Optional<ContentCipher> cipher = cipher(settings.keyFile(), metadata, readOnly);
    CacheDirectory directory = settings.cache().open(volume);
    layers.push(directory::close);

    RemoteBlobs server =
        RemoteBlobs.open(settings.blobs(), settings.access(), settings.timeout(), volume, readOnly);
    PairedOptions options = PairedOptions.DEFAULT.withCloseLimit(settings.timeout());
    BlobCache blobs =
        BlobCache.open(
            directory.path(),
            new BlobCache.BlobServer(settings.blobs().toString(), server.store()),
            cacheLimit(settings),
            options);
    layers.push(() -> closeWithNothingPending(blobs, directory));

    CachingVersionedStore records = CachingVersionedStore.open(metadata, cacheSettings(settings));
    layers.push(records::close);
    FileSystem files =
        new VolumeFileSystem(
            new VolumeFileSystem.Stores(records, blobs, cipher, blobs, server.capacity()),
            settings.locks() == LockScope.SERVER ? Optional.of(metadata.locks()) : Optional.empty(),
            metadata.clock(),
            node,
            new FileSystemSettings(
                settings.timeout(),
                directory.path().resolve(LOST_AND_FOUND),
                settings.writeBack() == OnOff.OFF,
                settings.atime() && !readOnly));
    layers.push(files::close);
    RequestObserver observer = RequestObserver.NONE;
    if (settings.metrics().isPresent()) {
      ClientMetrics metrics = new ClientMetrics();
      metrics.showConnection(metadata);
      metrics.showRecords(records);
      metrics.showBlobs(blobs);
      MetricsPage page = MetricsPage.serve(metrics::page, settings.metrics().get().resolve());
      layers.push(page::close);
      log.info("metrics are at http://{}/metrics", HostAndPort.of(page.address()));
      observer = metrics;
    }
    return new VolumeStores(
        volume, readOnly, files, metadata, blobs, observer, directory.path(), layers);
  }

  private static Optional<ContentCipher> cipher(
      Optional<Path> keyFile, VersionedStore metadata, boolean readOnly) throws DinofsException {
    VolumeEncryption encryption = new VolumeEncryption(metadata);
    if (keyFile.isEmpty()) {
      encryption.requireNone();
      return Optional.empty();
    }
    return Optional.of(encryption.open(KeyRing.open(keyFile.get()), readOnly));
  }

  private static CacheLimit cacheLimit(ClientSettings settings) {
    return settings.cacheBytes().isPresent()
        ? CacheLimit.of(settings.cacheBytes().getAsLong())
        : CacheLimit.HALF_OF_FREE;
  }

  private static RemoteSettings remoteSettings(ClientSettings settings, NodeId node) {
    HostAndPort server = settings.metadata();
    return new RemoteSettings(
        server.host(),
        server.port(),
        node,
        settings.consistency(),
        Optional.empty(),
        settings.timeout(),
        settings.access());
  }

  private static CacheSettings cacheSettings(ClientSettings settings) {
    return new CacheSettings(
        settings.metadataBytes(), settings.offline(), settings.timeout().toMillis());
  }

  private static void closeWithNothingPending(BlobCache blobs, CacheDirectory directory)
      throws DinofsException {
    blobs.close();
    int pending = blobs.pendingCount();
    if (pending > 0) {
      directory.keep();
      throw new DinofsException(
          ErrorKind.UNAVAILABLE,
          pending
              + " blobs are not on the blob server yet; they are kept in "
              + directory.path()
              + " and uploaded at the next start with this --cache");
    }
  }

  VolumeId volume() {
    return volume;
  }

  /** Whether this node may change nothing, or shall not. */
  boolean readOnly() {
    return readOnly;
  }

  /** Where this node keeps contents. */
  Path directory() {
    return directory;
  }

  /** Who wants to know of the kernel's requests. */
  RequestObserver observer() {
    return observer;
  }

  /** How the connection and the cache are; {@code settings} are those that it was opened with. */
  MountStatus status(ClientSettings settings) throws DinofsException {
    BlobCache.Usage usage = blobs.usage();
    ConnectionState connection = metadata.state();
    return new MountStatus(
        settings.mount().toString(),
        volume.toString(),
        settings.metadata().toString(),
        connection.connected(),
        connection.newest().value(),
        connection.lagCommits(),
        connection.lag().map(Duration::toMillis).orElse(null),
        connection.locks(),
        settings.blobs().toString(),
        usage.pendingBlobs(),
        usage.pendingBytes(),
        usage.pendingSince().map(Instant::toString).orElse(null),
        directory.toString(),
        usage.bytes(),
        usage.limitBytes(),
        lostFiles());
  }

  private int lostFiles() throws DinofsException {
    Path lost = directory.resolve(LOST_AND_FOUND);
    if (!Files.isDirectory(lost)) {
      return 0;
    }
    try (Stream<Path> kept = Files.list(lost)) {
      return (int) kept.count();
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot list " + lost + ": " + e.getMessage(), e);
    }
  }

  /** The volume as a file system; closed with this. */
  FileSystem files() {
    return files;
  }

  /**
   * Commits and uploads what is not yet on the servers, then closes everything.
   *
   * @throws DinofsException UNAVAILABLE with what could not be brought to the servers in time
   */
  @Override
  public void close() throws DinofsException {
    DinofsException first = closeAll(layers);
    if (first != null) {
      throw first;
    }
  }

  private static void closeAfter(Exception failure, Deque<Layer> layers) {
    DinofsException e = closeAll(layers);
    if (e != null) {
      failure.addSuppressed(e);
    }
  }

  /** Closes every layer, whatever the others do, and returns the first failure or null. */
  private static DinofsException closeAll(Deque<Layer> layers) {
    DinofsException first = null;
    while (!layers.isEmpty()) {
      try {
        layers.pop().close();
      } catch (DinofsException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    return first;
  }
}
