package io.dinofs.bench;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.Set;

/** What is done to files as such: many files of one block, in one directory. */
final class SmallFiles {
  private static final Set<PosixFilePermission> OTHER_MODE =
      PosixFilePermissions.fromString("rw-------");

  private final Path directory;
  private final Path[] paths;
  private final Path[] shuffled;
  private final Blocks blocks;
  private final KernelCaches caches;
  private final ByteBuffer target = ByteBuffer.allocateDirect(Blocks.BLOCK_BYTES);

  SmallFiles(Path directory, int files, long seed, KernelCaches caches) {
    this.directory = directory.resolve("files");
    this.paths = new Path[files];
    for (int i = 0; i < files; i++) {
      paths[i] = this.directory.resolve("file-" + i);
    }
    this.shuffled = paths.clone();
    Collections.shuffle(Arrays.asList(shuffled), new Random(seed));
    this.blocks = new Blocks(seed);
    this.caches = caches;
  }

  void run(Recorder recorder) throws IOException {
    Files.createDirectory(directory);
    recorder.operations("create, 4 KiB", paths.length, this::create);
    caches.beforeFirstAccess();
    recorder.operations("stat", paths.length, this::stat);
    recorder.operations("stat again", paths.length, this::stat);
    caches.beforeFirstAccess();
    recorder.operations("ls -l, entries", paths.length, this::list);
    recorder.operations("ls -l again, entries", paths.length, this::list);
    recorder.operations("ls -l again, listings", 1, this::list);
    caches.beforeFirstAccess();
    recorder.operations("read, 4 KiB", paths.length, this::read);
    recorder.operations("read again", paths.length, this::read);
    recorder.operations("chmod", paths.length, this::chmod);
    recorder.operations("rename", paths.length, this::rename);
    recorder.operations("unlink", paths.length, this::unlink);
    Files.delete(directory);
  }

  private void create() throws IOException {
    for (Path path : paths) {
      try (FileChannel file = FileChannel.open(path, CREATE_NEW, WRITE)) {
        Transfers.writeFully(file, blocks.next(Blocks.BLOCK_BYTES));
      }
    }
  }

  private void stat() throws IOException {
    for (Path path : shuffled) {
      Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    }
  }

  private void list() throws IOException {
    int seen = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Files.readAttributes(entry, BasicFileAttributes.class, NOFOLLOW_LINKS);
        seen++;
      }
    }
    if (seen != paths.length) {
      throw new IOException(directory + " lists " + seen + " entries of " + paths.length);
    }
  }

  private void read() throws IOException {
    for (Path path : shuffled) {
      try (FileChannel file = FileChannel.open(path, READ)) {
        Transfers.readFully(file, target.clear());
      }
    }
  }

  private void chmod() throws IOException {
    for (Path path : shuffled) {
      Files.setPosixFilePermissions(path, OTHER_MODE);
    }
  }

  private void rename() throws IOException {
    for (int i = 0; i < paths.length; i++) {
      Path renamed = directory.resolve("renamed-" + i);
      // Without the option, Java first asks for the attributes of both.
      Files.move(paths[i], renamed, ATOMIC_MOVE);
      paths[i] = renamed;
    }
  }

  private void unlink() throws IOException {
    for (Path path : paths) {
      // Files.delete would first ask for the file's attributes.
      File file = path.toFile();
      if (!file.delete()) {
        throw new IOException("cannot delete " + file);
      }
    }
  }
}
