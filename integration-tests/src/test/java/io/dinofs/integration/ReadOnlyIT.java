package io.dinofs.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that is mounted with {@code --read-only}. */
@OnEachFrontend
class ReadOnlyIT {
  @RegisterExtension private static final Cluster CLUSTER = new Cluster("a");

  @Test
  void itSeesChangesOfOthersAndRefusesItsOwn() throws Exception {
    Node writer = CLUSTER.node("a");
    Files.writeString(writer.path("file"), "before");
    Node reader = CLUSTER.node("reader");
    reader.start("--read-only");
    assertEquals("before", Files.readString(reader.path("file")));
    assertRefused(Posix.open(reader.file("file"), Posix.O_WRONLY));
    assertRefused(Posix.open(reader.file("new"), Posix.O_WRONLY | Posix.O_CREAT, 0644));
    assertRefused(Posix.mkdir(reader.file("new"), 0755));
    assertRefused(Posix.unlink(reader.file("file")));
    assertRefused(Posix.rename(reader.file("file"), reader.file("other")));
    Files.writeString(writer.path("file"), "after");
    assertEquals("after", Files.readString(reader.path("file")));
    assertEquals(0, reader.unmount());
  }

  private static void assertRefused(long result) throws IOException {
    assertEquals(Posix.error(Errno.EROFS), result);
  }
}
