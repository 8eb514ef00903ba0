package io.dinofs.crypt;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.KeyIds;
import io.dinofs.store.disk.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file with the keys of a volume, one in a line: contents are encrypted with the first, and
 * decrypted with any. Empty lines and those that begin with {@code #} are for people.
 */
public final class KeyFile {
  private static final int MAX_BYTES = 64 << 10;
  private static final String HEAD =
      """
      # Keys of a dinofs volume. The first one encrypts, all decrypt: never remove one that contents
      # were written with. Without this file they are lost; keep a copy of it in a safe place.
      """;

  private KeyFile() {}

  /**
   * Makes a file with a new key.
   *
   * @return the key's id, as {@link KeyIds#text}
   * @throws DinofsException EXISTS if there is one, IO
   */
  public static String create(Path file) throws DinofsException {
    if (Files.exists(file)) {
      throw new DinofsException(
          ErrorKind.EXISTS, file + " exists; dinofs key add puts a new key into it");
    }
    VolumeKey key = VolumeKey.random();
    write(file, HEAD + key.reveal() + "\n");
    return KeyIds.text(key.id());
  }

  /**
   * Puts a new key into a file, before the others, which stay.
   *
   * @return the key's id, as {@link KeyIds#text}
   * @throws DinofsException as {@link #read}; IO
   */
  public static String add(Path file) throws DinofsException {
    List<VolumeKey> keys = read(file);
    if (keys.size() == KeyIds.MAX_KEYS) {
      throw new DinofsException(
          ErrorKind.INVALID, file + " has " + KeyIds.MAX_KEYS + " keys, which is the most");
    }
    VolumeKey key = VolumeKey.random();
    StringBuilder text = new StringBuilder(HEAD).append(key.reveal()).append('\n');
    keys.forEach(older -> text.append(older.reveal()).append('\n'));
    write(file, text.toString());
    return KeyIds.text(key.id());
  }

  private static void write(Path file, String text) throws DinofsException {
    try {
      PrivateFile.replace(file, text);
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, file + " cannot be written: " + e, e);
    }
  }

  /**
   * The keys, the newest first.
   *
   * @throws DinofsException NOT_FOUND if it cannot be read; ACCESS_DENIED if others than its owner
   *     can reach it; INVALID if it has something else than keys
   */
  static List<VolumeKey> read(Path file) throws DinofsException {
    String text;
    try {
      text = PrivateFile.read(file, MAX_BYTES);
    } catch (NoSuchFileException e) {
      throw new DinofsException(
          ErrorKind.NOT_FOUND, "there is no key file " + file + "; dinofs key new makes one", e);
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.NOT_FOUND, file + " cannot be read: " + e, e);
    }
    List<VolumeKey> keys = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().map(String::strip).toList()) {
      number++;
      if (!line.isEmpty() && !line.startsWith("#")) {
        keys.add(key(file, number, line));
      }
    }
    if (keys.isEmpty()) {
      throw new DinofsException(ErrorKind.INVALID, file + " has no key");
    }
    return keys;
  }

  private static VolumeKey key(Path file, int number, String line) throws DinofsException {
    try {
      return VolumeKey.parse(line);
    } catch (IllegalArgumentException e) {
      throw new DinofsException(
          ErrorKind.INVALID, file + " has " + e.getMessage() + " in line " + number, e);
    }
  }
}
