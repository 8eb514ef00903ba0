package io.dinofs.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dinofs.integration.OrdinaryUser.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is not root mounts by fusermount, and unmounts in every way there is. */
@OnEachFrontend
final class OrdinaryUserIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("admin");

  private Path directory;
  private Path temporary;
  private OrdinaryUser user;
  private Program program;

  @BeforeEach
  void nameADirectory(TestInfo test) throws IOException {
    boolean isRoot = "root".equals(System.getProperty("user.name"));
    assumeTrue(isRoot, "only root can be somebody else; to others all tests are of this kind");
    assumeTrue(CLUSTER.keyOptions().isEmpty(), "the key file is root's");
    Files.setPosixFilePermissions(
        CLUSTER.directory(), PosixFilePermissions.fromString("rwx--x--x"));
    Files.setPosixFilePermissions(
        CLUSTER.node("admin").mount(), PosixFilePermissions.fromString("rwxrwxrwx"));
    temporary = Files.createDirectories(CLUSTER.directory().resolve("tmp"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    directory = CLUSTER.directory().resolve(test.getTestMethod().orElseThrow().getName());
  }

  @AfterEach
  void endTheUser() throws IOException {
    if (program != null) {
      program.close();
    }
    if (user != null) {
      user.close();
    }
  }

  private Path mount() {
    return user.home().resolve("mount");
  }

  private Program launch(String... options) throws Exception {
    return launch(temporary, options);
  }

  private Program launch(Path temporaryFiles, String... options) throws Exception {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--mount", mount().toString()));
    arguments.addAll(List.of("--cache", user.home().resolve("cache").toString()));
    arguments.addAll(List.of("--metadata", CLUSTER.metadataServer().address()));
    arguments.addAll(List.of("--blobs", "http://" + CLUSTER.blobServer().address()));
    arguments.addAll(CLUSTER.frontend().options());
    arguments.addAll(List.of(options));
    program = user.start("dinofs", temporaryFiles, arguments);
    return program;
  }

  private void mountAs(boolean mayAllowOther, String... options) throws Exception {
    user = OrdinaryUser.of(directory, mayAllowOther);
    run("mkdir mount");
    start(options);
    run("umask 022; mkdir " + own());
  }

  /** The user's directory in the volume. */
  private Path own() {
    return mount().resolve(directory.getFileName());
  }

  private void start(String... options) throws Exception {
    launch(options).awaitPrinted(Pattern.compile("mounted .*" + Pattern.quote(mount().toString())));
    assertTrue(user.isMounted(mount()));
  }

  /** Runs commands as the user, where the mount is; what they print. */
  private String run(String commands) throws Exception {
    Said said = user.run("cd " + user.home() + " && " + commands);
    assertEquals(0, said.exitCode(), said.output());
    return said.output();
  }

  @Test
  void theFilesAreTheUsersAndNobodyElseGetsIn() throws Exception {
    mountAs(false);
    assertEquals("text", run("umask 022; echo text > %1$s/f; cat %1$s/f".formatted(own())));
    assertEquals("65534 65534 644", run("stat -c '%u %g %a' " + own().resolve("f")));
    Said stranger = user.runAsStranger("cat " + own().resolve("f"));
    assertNotEquals(0, stranger.exitCode());
    assertTrue(stranger.output().contains("denied"), stranger.output());
    run(CLUSTER.frontend().helper() + " -u mount");
    assertEquals(0, program.awaitExit());
    assertFalse(user.isMounted(mount()));
  }

  @Test
  void othersGetInWhereThatIsPermittedAndHaveTheirOwnPermissions() throws Exception {
    mountAs(true);
    run("umask 022; cd %s; echo text > open; umask 077; echo text > closed".formatted(own()));
    assertEquals(new Said(0, "text"), user.runAsStranger("cat " + own().resolve("open")));
    for (String command : List.of("cat %s/closed", "touch %s/new", "rm -f %s/open")) {
      Said refused = user.runAsStranger(command.formatted(own()));
      assertTrue(refused.output().contains("denied"), refused.output());
    }
    assertEquals(0, program.terminate());
    assertFalse(user.isMounted(mount()));
  }

  @Test
  void othersCanBeKeptOutWhereTheyWouldBePermitted() throws Exception {
    mountAs(true, "--no-allow-other");
    run("echo text > " + own().resolve("f"));
    Said stranger = user.runAsStranger("cat " + own().resolve("f"));
    assertTrue(stranger.output().contains("denied"), stranger.output());
    assertEquals(0, program.terminate());
  }

  @Test
  void toAllowOthersWithoutPermissionIsRefusedWithTheReason() throws Exception {
    user = OrdinaryUser.of(directory, false);
    run("mkdir mount");
    assertEquals(1, launch("--allow-other").awaitExit());
    assertTrue(program.log().contains("user_allow_other"), program.log());
    assertFalse(user.isMounted(mount()));
  }

  @Test
  void aDirectoryOfSomebodyElseIsRefused() throws Exception {
    user = OrdinaryUser.of(directory, false);
    Files.createDirectory(mount());
    assertEquals(1, launch().awaitExit());
    assertTrue(program.log().contains(mount().toString()), program.log());
    assertFalse(user.isMounted(mount()));
  }

  @Test
  void aTemporaryDirectoryThatCannotBeWrittenToIsNamed() throws Exception {
    user = OrdinaryUser.of(directory, false);
    run("mkdir mount");
    assertEquals(1, launch(directory).awaitExit());
    assertTrue(program.log().contains(directory.toString()), program.log());
    assertTrue(program.log().contains("TMPDIR"), program.log());
    assertEquals(1, program.log().lines().count(), program.log());
  }

  @Test
  void theMountOfADeadProgramIsReplaced() throws Exception {
    mountAs(false);
    run("echo text > " + own().resolve("f"));
    program.kill();
    assertTrue(user.isMounted(mount()));
    start();
    assertEquals("text", run("cat " + own().resolve("f")));
    assertEquals(0, program.terminate());
    assertFalse(user.isMounted(mount()));
  }
}
