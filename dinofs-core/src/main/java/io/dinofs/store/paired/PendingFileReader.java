package io.dinofs.store.paired;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import io.dinofs.store.disk.DiskFailures;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a pending set's file line by line, in memory bounded by the keys that remain. */
final class PendingFileReader {
  private static final Logger log = LoggerFactory.getLogger(PendingFileReader.class);

  private final Set<Key> keys = new LinkedHashSet<>();
  private int brokenLines;

  private PendingFileReader() {}

  /**
   * @return the keys in the order in which they came
   * @throws DinofsException NOT_SUPPORTED if the file does not start with {@code header}; IO
   */
  static Set<Key> read(Path file, String header) throws DinofsException {
    PendingFileReader reader = new PendingFileReader();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      byte[] start = in.readNBytes(header.length());
      if (!new String(start, StandardCharsets.ISO_8859_1).equals(header)) {
        throw new DinofsException(
            ErrorKind.NOT_SUPPORTED,
            file + " has a format that this program does not know; it knows: " + header.strip());
      }
      reader.readLines(in);
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw DiskFailures.reading(file, e);
    }
    if (reader.brokenLines > 0) {
      log.warn("{} has {} broken lines, which were passed over", file, reader.brokenLines);
    }
    return reader.keys;
  }

  private void readLines(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        take(line.toString());
        line.setLength(0);
      } else if (line.length() <= PendingLine.MAX_CHARS) {
        line.append((char) b);
      }
    }
    if (!line.isEmpty()) {
      brokenLines++;
    }
  }

  private void take(String text) {
    Optional<PendingLine> line = PendingLine.decode(text);
    if (line.isEmpty()) {
      brokenLines++;
    } else if (line.get().added()) {
      keys.add(line.get().key());
    } else {
      keys.remove(line.get().key());
    }
  }
}
