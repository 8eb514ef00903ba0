package io.dinofs.blobserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.config.HostAndPort;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class OptionsTest {
  @TempDir Path directory;

  private static Options.Settings parse(String... arguments) throws DinofsException {
    Options options = new Options();
    new CommandLine(
            CommandLine.Model.CommandSpec.create()
                .addMixin("o", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
        .parseArgs(arguments);
    return options.settings();
  }

  private String file(String json) throws IOException {
    return Files.writeString(directory.resolve("blobserver.json"), json).toString();
  }

  @Test
  void onlyTheDataDirectoryHasToBeNamed() throws Exception {
    Options.Settings settings = parse("--data", "/data");
    assertEquals(Path.of("/data"), settings.data());
    assertEquals(new HostAndPort("127.0.0.1", 3002).resolve(), settings.listen());
    assertThrows(IllegalArgumentException.class, () -> parse("--listen", "localhost:1"));
    assertThrows(IllegalArgumentException.class, () -> parse("--data", "/data", "--listen", "x"));
  }

  @Test
  void theCommandLineHasPrecedenceOverTheFile() throws Exception {
    String config = file("{\"listen\": \"[::1]:7\", \"data\": \"/from-file\"}");
    assertEquals(new HostAndPort("::1", 7).resolve(), parse("--config", config).listen());
    Options.Settings settings = parse("--config", config, "--data", "/from-line");
    assertEquals(Path.of("/from-line"), settings.data());
    assertEquals(7, settings.listen().getPort());
  }

  @Test
  void whatIsWrongInTheFileIsToldWithItsName() throws Exception {
    for (String wrong :
        new String[] {"{\"port\": 7}", "{\"data\": 7}", "{", "{\"listen\": \"x\"}"}) {
      String config = file(wrong);
      DinofsException refused =
          assertThrows(DinofsException.class, () -> parse("--config", config, "--data", "/data"));
      assertEquals(ErrorKind.INVALID, refused.kind());
      assertTrue(refused.getMessage().contains(config), refused.getMessage());
    }
  }
}
