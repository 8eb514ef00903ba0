package io.dinofs.client;

import io.dinofs.crypt.FileCipher;
import io.dinofs.crypt.KeyFile;
import io.dinofs.crypt.KeyRing;
import io.dinofs.model.DinofsException;
import io.dinofs.vfs.content.EncryptedPieces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes keys for {@code --encrypt}, and decrypts what an encrypted mount has left. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    description = "Keys that the contents of a volume are encrypted with: see dinofs --encrypt.",
    synopsisSubcommandLabel = "COMMAND")
final class KeyCommand {
  private static final String KEY_FILE = "Has the keys; only its owner may reach it.";

  private KeyCommand() {}

  /** A step with files. */
  @FunctionalInterface
  private interface Work {
    String run() throws IOException;
  }

  @Command(
      name = "new",
      mixinStandardHelpOptions = true,
      description = "Makes a key file for a new volume.")
  int create(@Parameters(paramLabel = "KEYFILE", description = "Must not exist.") String file) {
    Path path = WorkingDirectory.ofUser().resolve(file);
    return tell(() -> "key " + KeyFile.create(path) + " is in " + path + "; keep a copy of it");
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Puts a new key into a key file, which encrypts from the next mount on; what the older ones",
        "have encrypted stays as it is. Every node needs the file before one mounts with it."
      })
  int add(@Parameters(paramLabel = "KEYFILE", description = KEY_FILE) String file) {
    Path path = WorkingDirectory.ofUser().resolve(file);
    return tell(() -> "key " + KeyFile.add(path) + " is the first in " + path);
  }

  @Command(
      name = "decrypt",
      mixinStandardHelpOptions = true,
      description = {
        "Decrypts what a mount with --encrypt could not commit and has kept under lost+found of its",
        "cache directory."
      })
  int decrypt(
      @Parameters(paramLabel = "KEYFILE", description = KEY_FILE) String file,
      @Parameters(paramLabel = "SOURCE", description = "A file contents.encrypted.") String source,
      @Parameters(paramLabel = "TARGET", description = "What to write. Must not exist.")
          String target) {
    WorkingDirectory directory = WorkingDirectory.ofUser();
    Path restored = directory.resolve(target);
    return tell(
        () -> {
          FileCipher cipher = new FileCipher(KeyRing.open(directory.resolve(file)));
          long bytes = EncryptedPieces.restore(directory.resolve(source), cipher, restored);
          return String.format(Locale.ROOT, "%,d bytes are in %s", bytes, restored);
        });
  }

  private static int tell(Work work) {
    try {
      System.out.println(work.run());
      return Main.OK;
    } catch (IOException e) {
      String reason = e instanceof DinofsException ? e.getMessage() : e.toString();
      System.err.println("dinofs key: " + reason);
      return Main.FAILED;
    }
  }
}
