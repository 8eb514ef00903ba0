package io.dinofs.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.access.Access;
import io.dinofs.access.Secret;
import io.dinofs.cache.OfflineMode;
import io.dinofs.config.HostAndPort;
import io.dinofs.fuse.Passthrough;
import io.dinofs.fuse.Squash;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.wire.Consistency;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class OptionsTest {
  @TempDir private Path directory;

  private static ClientSettings settings(String... arguments) throws DinofsException {
    Options options = new Options();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return options.resolve();
  }

  private String configuration(String json) throws IOException {
    return Files.writeString(directory.resolve("dinofs.json"), json).toString();
  }

  @Test
  void onlyTheMountPointHasToBeNamed() throws DinofsException {
    ClientSettings settings = settings("--mount", "/mnt/v");
    assertEquals(Path.of("/mnt/v"), settings.mount());
    assertEquals(new HostAndPort("127.0.0.1", 3003), settings.metadata());
    assertEquals(URI.create("http://127.0.0.1:3002"), settings.blobs());
    assertEquals(Optional.empty(), settings.cache().given());
    assertEquals(OptionalLong.empty(), settings.cacheBytes());
    assertEquals(Consistency.STRICT, settings.consistency());
    assertEquals(OfflineMode.READ, settings.offline());
    assertEquals(OnOff.ON, settings.writeBack());
    assertEquals(Duration.ofSeconds(30), settings.timeout());
    assertEquals(Optional.empty(), settings.allowOther());
    assertEquals(Frontend.JNR, settings.fuse());
    assertEquals(Passthrough.OFF, settings.passthrough());
    assertEquals(false, settings.readOnly());
    assertEquals(true, settings.atime());
    assertEquals(Optional.empty(), settings.metrics());
    assertEquals(false, settings.background());
  }

  @Test
  void withoutAMountPointTheUseIsWrong() {
    assertThrows(IllegalArgumentException.class, OptionsTest::settings);
  }

  @Test
  void everyOptionCanBeInTheFile() throws IOException {
    String file =
        configuration(
            """
            {"mount": "/m", "metadata": "h:1", "blobs": "http://h:2", "cache": "/c",
             "cacheSize": "3M", "metadataCache": "5M", "writeBack": "off", "encrypt": "/k", "background": true, "consistency": "push", "offline": "wait",
             "timeout": 7, "fuse": "kernel", "squash": "all", "squashUid": 7, "squashGid": 8, "locks": "local", "allowOther": false, "readOnly": true,
             "atime": false, "metrics": "0.0.0.0:9", "insecure": true}
            """);
    ClientSettings expected =
        new ClientSettings(
            Path.of("/m"),
            new HostAndPort("h", 1),
            URI.create("http://h:2"),
            new CacheLocation(Path.of("/m"), Optional.of(Path.of("/c")), false),
            OptionalLong.of(3 << 20),
            5 << 20,
            OnOff.OFF,
            Optional.of(Path.of("/k")),
            Frontend.KERNEL,
            Passthrough.OFF,
            new Squash(Squash.Who.ALL, 7, 8),
            LockScope.LOCAL,
            Consistency.PUSH,
            OfflineMode.WAIT,
            Duration.ofSeconds(7),
            Optional.of(false),
            true,
            false,
            new Access(Optional.empty(), Optional.empty(), true),
            Optional.of(new HostAndPort("0.0.0.0", 9)),
            true);
    assertEquals(expected, settings("--config", file));
  }

  @Test
  void withoutACacheClosingAFileWaitsForTheServer() throws IOException {
    ClientSettings settings = settings("--mount", "/m", "--cache", "none");
    assertEquals(true, settings.cache().inMemory());
    assertEquals(OnOff.OFF, settings.writeBack());
    assertThrows(
        IllegalArgumentException.class,
        () -> settings("--mount", "/m", "--cache", "none", "--write-back", "on"));
  }

  @Test
  void theKernelReadsNothingThatIsEncrypted() {
    assertThrows(
        IllegalArgumentException.class,
        () -> settings("--mount", "/m", "--encrypt", "/k", "--passthrough", "auto"));
  }

  @Test
  void whoIsTakenForWhomIsChosenWithoutPassthrough() throws IOException {
    Squash nobody = new Squash(Squash.Who.ROOT, 65_534, 65_534);
    assertEquals(nobody, settings("--mount", "/m", "--squash", "root").squash());
    assertEquals(Squash.NONE, settings("--mount", "/m").squash());
    assertThrows(
        IllegalArgumentException.class,
        () -> settings("--mount", "/m", "--squash", "all", "--passthrough", "on"));
  }

  @Test
  void theFilesOfTlsCanBeInTheFileAndHaveToBeThere() throws IOException {
    String file = configuration("{\"mount\": \"/m\", \"tlsCa\": \"/nowhere/ca.pem\"}");
    DinofsException e = assertThrows(DinofsException.class, () -> settings("--config", file));
    assertTrue(e.getMessage().contains("/nowhere/ca.pem"), e::getMessage);
  }

  @Test
  void optionsOfTlsThatDoNotFitTogetherAreRefused() throws DinofsException {
    String pin = "ab".repeat(32);
    for (String[] wrong :
        new String[][] {
          {"--tls-cert", "/c", "--tls-key", "/k"},
          {"--tls-fingerprint", pin, "--tls-cert", "/c"},
          {"--tls-fingerprint", pin, "--tls-ca", "/c"},
          {"--tls-fingerprint", "abc"},
          {"--tls-fingerprint", pin, "--blobs", "http://h:1"},
          {"--blobs", "https://h:1"}
        }) {
      List<String> arguments = new ArrayList<>(List.of("--mount", "/m"));
      arguments.addAll(List.of(wrong));
      assertThrows(
          IllegalArgumentException.class,
          () -> settings(arguments.toArray(String[]::new)),
          () -> arguments.toString());
    }
    ClientSettings settings = settings("--mount", "/m", "--tls-fingerprint", pin);
    assertEquals(URI.create("https://127.0.0.1:3002"), settings.blobs());
    assertTrue(settings.access().tls().isPresent());
  }

  @Test
  void aTokenComesFromAFileThatOnlyItsOwnerCanReach() throws IOException {
    Secret secret = Secret.random("node1");
    Path file = directory.resolve("token");
    Files.writeString(file, secret.reveal() + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    String[] arguments = {"--mount", "/m", "--token-file", file.toString()};
    DinofsException open = assertThrows(DinofsException.class, () -> settings(arguments));
    assertEquals(ErrorKind.INVALID, open.kind());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Access access = settings(arguments).access();
    assertEquals(secret.reveal(), access.token().orElseThrow().current().reveal());
    assertFalse(settings(arguments).toString().contains(secret.reveal()));
    String configured = configuration("{\"mount\": \"/m\", \"tokenFile\": \"" + file + "\"}");
    assertTrue(settings("--config", configured).access().token().isPresent());
    InetAddress other = InetAddress.getByName("192.0.2.1");
    assertThrows(DinofsException.class, () -> access.requireConfidential(other));
    access.requireConfidential(InetAddress.getLoopbackAddress());
  }

  @Test
  void theCommandLineWins() throws IOException {
    String file = configuration("{\"mount\": \"/m\", \"timeout\": 7, \"consistency\": \"strict\"}");
    ClientSettings settings = settings("--timeout", "9", "--config", file, "--consistency", "push");
    assertEquals(Path.of("/m"), settings.mount());
    assertEquals(Duration.ofSeconds(9), settings.timeout());
    assertEquals(Consistency.PUSH, settings.consistency());
  }

  @Test
  void anUnknownKeyOfTheFileIsNamed() throws IOException {
    String file = configuration("{\"mount\": \"/m\", \"metdata\": \"h:1\"}");
    DinofsException e = assertThrows(DinofsException.class, () -> settings("--config", file));
    assertEquals(ErrorKind.INVALID, e.kind());
    assertTrue(e.getMessage().contains(file) && e.getMessage().contains("metdata"), e::getMessage);
  }

  @Test
  void otherUsersCanBeAllowedAndForbidden() throws DinofsException {
    assertEquals(Optional.of(true), settings("--mount", "/m", "--allow-other").allowOther());
    assertEquals(Optional.of(false), settings("--mount", "/m", "--no-allow-other").allowOther());
  }

  @Test
  void metricsAreForThisMachineUnlessAHostIsNamed() throws DinofsException {
    assertEquals(
        Optional.of(new HostAndPort("127.0.0.1", 9003)),
        settings("--mount", "/m", "--metrics", "9003").metrics());
    assertEquals(
        Optional.of(new HostAndPort("h", 9003)),
        settings("--mount", "/m", "--metrics", "h:9003").metrics());
  }

  @Test
  void sizesHaveUnits() {
    assertEquals(1000, ByteSize.parse("1000"));
    assertEquals(20L << 30, ByteSize.parse("20g"));
    for (String wrong : new String[] {"", "G", "0", "-1", "1.5G", "9999999999T", "12X"}) {
      assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(wrong), wrong);
    }
  }

  @Test
  void aTimeOutThatWouldNeverComeOrAlwaysIsRefused() {
    for (String wrong : new String[] {"0", "-1", "99999999"}) {
      assertThrows(
          IllegalArgumentException.class, () -> settings("--mount", "/m", "--timeout", wrong));
    }
  }

  @Test
  void aBlobServerIsNamedByItsUrl() {
    assertThrows(
        IllegalArgumentException.class, () -> settings("--mount", "/m", "--blobs", "host:1"));
  }

  @Test
  void wrongUseEndsWithTwo() {
    assertEquals(2, quiet().execute());
    assertEquals(2, quiet().execute("--mount"));
    assertEquals(2, quiet().execute("--mount", "/m", "--offline", "maybe"));
    assertEquals(2, quiet().execute("--no-such-option"));
  }

  private static CommandLine quiet() {
    return Main.commandLine().setErr(new PrintWriter(Writer.nullWriter()));
  }
}
