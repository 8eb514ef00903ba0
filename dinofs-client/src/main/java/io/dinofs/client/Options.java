package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.cache.OfflineMode;
import io.dinofs.config.ConfigurationFile;
import io.dinofs.config.HostAndPort;
import io.dinofs.fuse.Passthrough;
import io.dinofs.fuse.Squash;
import io.dinofs.model.DinofsException;
import io.dinofs.store.s3.S3Location;
import io.dinofs.tls.ClientTls;
import io.dinofs.wire.Consistency;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the command line; null where one was not given. */
final class Options {
  static final String DEFAULT_METADATA = "127.0.0.1:3003";
  static final String DEFAULT_BLOBS = "http://127.0.0.1:3002";
  private static final String DEFAULT_TLS_BLOBS = "https://127.0.0.1:3002";
  static final long DEFAULT_TIMEOUT_SECONDS = 30;

  @Option(names = "--mount", paramLabel = "DIR", description = "An empty directory to mount on.")
  private String mount;

  @Option(
      names = "--metadata",
      paramLabel = "HOST:PORT",
      description = "The metadata server. Default: " + DEFAULT_METADATA)
  private String metadata;

  @Option(
      names = "--blobs",
      paramLabel = "URL",
      description = {
        "The blob server, or a bucket for the contents:",
        "s3://BUCKET/PREFIX[?endpoint=URL&region=NAME&pathStyle=true]. Default: " + DEFAULT_BLOBS
      })
  private String blobs;

  @Option(
      names = "--cache",
      paramLabel = "DIR|none",
      description = {
        "Where contents are kept on this machine, for one mount of one volume; none: in memory only, and",
        "closing a file waits until the server has its contents.",
        "Default: a directory in $${XDG_CACHE_HOME:-~/.cache}/dinofs"
      })
  private String cache;

  @Option(
      names = "--cache-size",
      paramLabel = "BYTES",
      description = {
        "How much of that may be what is on the blob server too; K, M, G and T are units.",
        "Default: half of what its disk has free, the cache itself counted as free"
      })
  private String cacheSize;

  @Option(
      names = "--metadata-cache",
      paramLabel = "BYTES",
      description = {
        "How much memory names, attributes and small files may take.",
        "Default: a quarter of the heap"
      })
  private String metadataCache;

  @Option(
      names = "--write-back",
      paramLabel = "on|off",
      description = {
        "Whether closing a file returns before its contents are on the blob server (on, the",
        "default), or when they are (off)."
      })
  private OnOff writeBack;

  @Option(
      names = "--encrypt",
      paramLabel = "KEYFILE",
      description = {
        "Encrypt contents, with the keys in this file, before they leave this program, also to the cache.",
        "A volume is encrypted from its first mount on, while it is empty, or never."
      })
  private String encrypt;

  @Option(names = "--config", paramLabel = "FILE", description = "A configuration file.")
  private String config;

  @Option(
      names = "--fuse",
      paramLabel = "jnr|kernel|auto",
      description = {
        "How to mount: through libfuse 2 (jnr, the default), by the kernel's own protocol (kernel),",
        "or the latter where it is possible (auto)."
      })
  private Frontend fuse;

  @Option(
      names = "--passthrough",
      paramLabel = "on|off|auto",
      description = {
        "With --fuse kernel, as root, on Linux 6.9 or later: let the kernel read files of up to 1 MiB",
        "that are on this machine without asking: on, off (the default), or auto: if that is possible",
        "and the mount is --read-only. With on, what a program writes to a shared mapping of a file",
        "that others have open for reading is lost."
      })
  private Passthrough passthrough;

  @Option(
      names = "--squash",
      paramLabel = "root|all",
      description = {
        "Take root, or everybody, for an anonymous user, as NFS does; the kernel keeps less then."
      })
  private Squash.Who squash;

  @Option(
      names = "--squash-uid",
      paramLabel = "UID",
      description = "The anonymous user. Default: " + Squash.NOBODY)
  private Integer squashUid;

  @Option(
      names = "--squash-gid",
      paramLabel = "GID",
      description = "Its group. Default: " + Squash.NOBODY)
  private Integer squashGid;

  @Option(
      names = "--background",
      arity = "0",
      description = "Return as soon as the mount is usable, or with the reason why it is not.")
  private Boolean background;

  @Option(
      names = "--consistency",
      paramLabel = "strict|push",
      description = {
        "Whether others wait until this node has seen their change (strict, the default),",
        "or it is told soon after (push)."
      })
  private Consistency consistency;

  @Option(
      names = "--offline",
      paramLabel = "read|wait",
      description = {
        "While the metadata server is away: read what is cached (the default), or wait for it."
      })
  private OfflineMode offline;

  @Option(
      names = "--locks",
      paramLabel = "server|local",
      description = {
        "Where locks (flock, fcntl) hold: on all nodes (server, the default), or on this one (local)."
      })
  private LockScope locks;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long a server is waited for. Default: " + DEFAULT_TIMEOUT_SECONDS)
  private Long timeout;

  @Option(
      names = "--allow-other",
      negatable = true,
      description = {
        "Whether other users may use the mount, with their permissions.",
        "Default: if root, or permitted by user_allow_other in /etc/fuse.conf"
      })
  private Boolean allowOther;

  @Option(
      names = "--read-only",
      arity = "0",
      description = "Refuse every change through this mount with EROFS.")
  private Boolean readOnly;

  @Option(
      names = "--atime",
      negatable = true,
      description = {
        "Whether reading changes access times, as the mount option relatime has it (the default),",
        "or never (--no-atime)."
      })
  private Boolean atime;

  @Option(
      names = "--metrics",
      paramLabel = "[HOST:]PORT",
      description = {
        "Where to tell metrics, at /metrics, in Prometheus' text format; without HOST to this machine",
        "only. Default: nowhere"
      })
  private String metrics;

  @Mixin private AccessOptions access;

  Options() {}

  /**
   * Adds the configuration file's values and the defaults.
   *
   * @throws DinofsException INVALID, IO if the file cannot be used
   * @throws IllegalArgumentException if a value is not what it should be
   */
  ClientSettings resolve() throws DinofsException {
    WorkingDirectory directory = WorkingDirectory.ofUser();
    ClientConfig file =
        config == null
            ? ClientConfig.EMPTY
            : ConfigurationFile.read(directory.resolve(config), ClientConfig.class);
    String directoryToMount = first(mount, file.mount(), null);
    if (directoryToMount == null) {
      throw new IllegalArgumentException("--mount DIR is missing");
    }
    Path mounted = directory.resolve(directoryToMount);
    CacheLocation location = CacheLocation.of(mounted, first(cache, file.cache(), null), directory);
    Access known = access.open(file);
    return new ClientSettings(
        mounted,
        HostAndPort.parse(first(metadata, file.metadata(), DEFAULT_METADATA)),
        blobsUrl(first(blobs, file.blobs(), DEFAULT_BLOBS), known.tls()),
        location,
        cacheBytes(first(cacheSize, file.cacheSize(), null)),
        metadataCacheBytes(first(metadataCache, file.metadataCache(), null)),
        writeBack(file, location),
        Optional.ofNullable(first(encrypt, file.encrypt(), null)).map(directory::resolve),
        first(fuse, file.fuse(), Frontend.JNR),
        passthrough(file),
        squash(file),
        first(locks, file.locks(), LockScope.SERVER),
        first(consistency, file.consistency(), Consistency.STRICT),
        first(offline, file.offline(), OfflineMode.READ),
        timeout(first(timeout, file.timeout(), DEFAULT_TIMEOUT_SECONDS)),
        Optional.ofNullable(first(allowOther, file.allowOther(), null)),
        first(readOnly, file.readOnly(), false),
        first(atime, file.atime(), true),
        known,
        Optional.ofNullable(first(metrics, file.metrics(), null)).map(Options::metricsAddress),
        first(background, file.background(), false));
  }

  /**
   * @throws IllegalArgumentException if it is together with what it cannot be
   */
  private Squash squash(ClientConfig file) {
    Squash.Who who = first(squash, file.squash(), Squash.Who.NONE);
    Squash chosen =
        new Squash(
            who,
            first(squashUid, file.squashUid(), Squash.NOBODY),
            first(squashGid, file.squashGid(), Squash.NOBODY));
    if (!chosen.isNone() && passthrough(file) != Passthrough.OFF) {
      throw new IllegalArgumentException("with --squash the kernel reads nothing by itself");
    }
    return chosen;
  }

  /**
   * @throws IllegalArgumentException if it is together with what it cannot be
   */
  private Passthrough passthrough(ClientConfig file) {
    Passthrough chosen = first(passthrough, file.passthrough(), Passthrough.OFF);
    if (chosen != Passthrough.OFF && first(encrypt, file.encrypt(), null) != null) {
      throw new IllegalArgumentException("with --encrypt the kernel reads nothing by itself");
    }
    return chosen;
  }

  /**
   * @throws IllegalArgumentException if it is together with what it cannot be
   */
  private OnOff writeBack(ClientConfig file, CacheLocation location) {
    OnOff usual = location.inMemory() ? OnOff.OFF : OnOff.ON;
    OnOff chosen = first(writeBack, file.writeBack(), usual);
    if (location.inMemory() && chosen == OnOff.ON) {
      throw new IllegalArgumentException(
          "with --cache none closing a file waits until its contents are on the blob server");
    }
    return chosen;
  }

  /** What the command line says, else the configuration file, else the default; null is nothing. */
  static <T> T first(T given, T configured, T otherwise) {
    return given != null ? given : configured != null ? configured : otherwise;
  }

  /** By default as much as leaves room for everything else; a directory that fits is quick. */
  private static long metadataCacheBytes(String size) {
    return size == null ? Runtime.getRuntime().maxMemory() / 4 : ByteSize.parse(size);
  }

  private static OptionalLong cacheBytes(String text) {
    return text == null ? OptionalLong.empty() : OptionalLong.of(ByteSize.parse(text));
  }

  /**
   * @throws IllegalArgumentException if it is neither HOST:PORT nor PORT
   */
  private static HostAndPort metricsAddress(String text) {
    return HostAndPort.parse(text.contains(":") ? text : "127.0.0.1:" + text);
  }

  /**
   * @throws IllegalArgumentException if it is neither http://HOST:PORT, or with TLS
   *     https://HOST:PORT, nor s3://BUCKET/PREFIX
   */
  static URI blobsUrl(String text, Optional<ClientTls> tls) {
    if (text.startsWith(RemoteBlobs.S3 + "://")) {
      S3Location.parse(text);
      return URI.create(text);
    }
    return url(text, tls);
  }

  /**
   * The address of a blob server.
   *
   * @throws IllegalArgumentException if it is not http://HOST:PORT, or with TLS https://HOST:PORT
   */
  static URI url(String text, Optional<ClientTls> tls) {
    URI url = URI.create(tls.isPresent() && text.equals(DEFAULT_BLOBS) ? DEFAULT_TLS_BLOBS : text);
    String scheme = tls.isPresent() ? "https" : "http";
    if (!scheme.equals(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException(
          "%s TLS the blob server is %s://HOST:PORT, not %s"
              .formatted(tls.isPresent() ? "with" : "without", scheme, text));
    }
    return url;
  }

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  static Duration timeout(long seconds) {
    if (seconds < 1 || seconds > Duration.ofDays(1).toSeconds()) {
      throw new IllegalArgumentException("a time-out is 1 s to a day, not " + seconds + " s");
    }
    return Duration.ofSeconds(seconds);
  }
}
