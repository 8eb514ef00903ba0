package io.dinofs.vfs.content;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.store.ContentCipher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what was written to files and could not be committed, in a directory of its own for each
 * file: {@code contents} has the bytes at their places in the file, and holes where nothing was
 * written, or, if contents are encrypted, {@value #ENCRYPTED} has them as {@link EncryptedPieces};
 * {@code about} is a text for people. Both are on the disk when {@link #keep} returns.
 */
public final class LostAndFound {
  private static final String CONTENTS = "contents";
  private static final String ENCRYPTED = "contents.encrypted";

  private static final String ABOUT = "about";
  private static final String UNFINISHED = "unfinished-";
  private static final int COPY_BYTES = 1 << 20;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final VolumeId volume;
  private final Optional<ContentCipher> cipher;

  /**
   * @param directory made when it is needed
   * @param cipher encrypts the copies
   */
  public LostAndFound(Path directory, VolumeId volume, Optional<ContentCipher> cipher) {
    this.directory = directory;
    this.volume = volume;
    this.cipher = cipher;
  }

  /** Where the copies are. */
  public Path directory() {
    return directory;
  }

  /**
   * Copies what was written to {@code file} and is not committed.
   *
   * @param path where the file is in the volume, if that is known
   * @param reason why it was not committed
   * @return where the copy is; empty if there is nothing that is not committed
   * @throws DinofsException NO_SPACE, IO; or as a read of the file
   */
  public Optional<Path> keep(OpenInode file, Optional<String> path, String reason)
      throws DinofsException {
    List<RangeSet.Range> written = file.written();
    if (written.isEmpty()) {
      return Optional.empty();
    }
    String name = "inode-" + file.inode() + "-" + STAMP.format(Instant.now());
    Path draft = directory.resolve(UNFINISHED + name);
    try {
      Files.createDirectories(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      copy(file, written, draft.resolve(cipher.isPresent() ? ENCRYPTED : CONTENTS));
      about(draft.resolve(ABOUT), file, written, path, reason);
      sync(draft);
      Path kept = Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      sync(directory);
      return Optional.of(kept);
    } catch (IOException e) {
      throw abandon(draft, e);
    }
  }

  /** What is half done is done again later, while the bytes are still there. */
  private DinofsException abandon(Path draft, IOException cause) {
    ErrorKind kind = cause instanceof DinofsException known ? known.kind() : ErrorKind.IO;
    DinofsException failure =
        new DinofsException(kind, "cannot keep it in " + draft + ": " + cause.getMessage(), cause);
    try {
      if (Files.exists(draft)) {
        remove(draft);
      }
    } catch (DinofsException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private void copy(OpenInode file, List<RangeSet.Range> written, Path target) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
    try (FileChannel out =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (RangeSet.Range range : written) {
        for (long at = range.start(); at < range.end(); ) {
          buffer.clear().limit((int) Math.min(COPY_BYTES, range.end() - at));
          int length = file.read(buffer, at, file.lastSeen());
          if (length == 0) {
            break; // it was cut meanwhile
          }
          write(out, at, buffer.flip());
          at += length;
        }
      }
      out.force(true);
    }
  }

  private void write(FileChannel out, long at, ByteBuffer bytes) throws IOException {
    if (cipher.isPresent()) {
      EncryptedPieces.append(out, cipher.get(), at, bytes);
      return;
    }
    for (long position = at; bytes.hasRemaining(); ) {
      position += out.write(bytes, position);
    }
  }

  private void about(
      Path target,
      OpenInode file,
      List<RangeSet.Range> written,
      Optional<String> path,
      String reason)
      throws IOException {
    long size = file.view(file.lastSeen()).size();
    boolean whole = written.equals(List.of(new RangeSet.Range(0, size)));
    StringBuilder text = new StringBuilder();
    text.append("volume: ").append(volume).append('\n');
    text.append("inode: ").append(file.inode()).append('\n');
    text.append("path: ").append(path.map(LostAndFound::oneLine).orElse("(unknown)")).append('\n');
    text.append("time: ").append(Instant.now()).append('\n');
    text.append("reason: ").append(oneLine(reason)).append('\n');
    text.append("size of the file: ").append(size).append('\n');
    if (cipher.isPresent()) {
      text.append("encrypted: dinofs key decrypt KEYFILE ").append(ENCRYPTED).append(" TARGET\n");
    }
    text.append("whole file: ").append(whole ? "yes" : "no").append('\n');
    for (RangeSet.Range range : written) {
      text.append("written, first byte and length: ")
          .append(range.start())
          .append(' ')
          .append(range.end() - range.start())
          .append('\n');
    }
    try (FileChannel out =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ').replace('\r', ' ');
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Removes a copy that nobody needs any more.
   *
   * @throws DinofsException IO
   */
  public void remove(Path kept) throws DinofsException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(kept)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(kept);
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot remove " + kept + ": " + e.getMessage(), e);
    }
  }
}
