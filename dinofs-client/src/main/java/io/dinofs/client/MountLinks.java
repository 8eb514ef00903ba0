package io.dinofs.client;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the cache directories of this user's mounts are: a link for each, named after the mount
 * point, so that other programs find a mount's control socket.
 */
final class MountLinks {
  private static final Logger log = LoggerFactory.getLogger(MountLinks.class);

  private final Path directory;

  MountLinks(Path directory) {
    this.directory = directory;
  }

  /** The links of this user. */
  static MountLinks ofUser() {
    return new MountLinks(CacheLocation.mountLinks());
  }

  /** Notes a mount. Without a place for that, the mount works all the same. */
  void add(Path mount, Path cache) {
    Path link = link(mount);
    try {
      Files.createDirectories(directory);
      Path draft = directory.resolve(link.getFileName() + "." + ProcessHandle.current().pid());
      Files.deleteIfExists(draft);
      Files.createSymbolicLink(draft, cache);
      Files.move(draft, link, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      log.info("dinofs status will need --cache {}: {}", cache, e.toString());
    }
  }

  void remove(Path mount) {
    try {
      Files.deleteIfExists(link(mount));
    } catch (IOException e) {
      log.debug("the link of {} stays: {}", mount, e.toString());
    }
  }

  /** The cache directory of a mount; empty if it is not noted. */
  Optional<Path> cache(Path mount) {
    Path link = link(mount);
    try {
      return Files.isSymbolicLink(link)
          ? Optional.of(Files.readSymbolicLink(link))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The cache directories of all mounts.
   *
   * @throws DinofsException IO
   */
  List<Path> caches() throws DinofsException {
    List<Path> caches = new ArrayList<>();
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return caches;
    }
    try (DirectoryStream<Path> links = Files.newDirectoryStream(directory)) {
      for (Path link : links) {
        if (Files.isSymbolicLink(link)) {
          caches.add(Files.readSymbolicLink(link));
        }
      }
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot list " + directory + ": " + e.getMessage(), e);
    }
    return caches;
  }

  private Path link(Path mount) {
    return directory.resolve(CacheLocation.hash(mount));
  }
}
