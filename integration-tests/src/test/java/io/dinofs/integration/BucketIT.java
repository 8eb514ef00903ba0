package io.dinofs.integration;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contents in a bucket of S3, which nodes reach by themselves. */
@OnEachFrontend
final class BucketIT extends TwoNodes {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b").withBucket();

  @Override
  Cluster cluster() {
    return CLUSTER;
  }

  @Test
  void theVolumeIsCheckedAndCollectedThere() throws Exception {
    try (FileChannel file = FileChannel.open(onA("in-use"), CREATE_NEW, WRITE)) {
      file.write(ByteBuffer.allocate(3_000_000));
      file.force(true);
    }
    assertTrue(said("fsck", "--verify-data").contains("nothing is wrong"));
    String collected = said("gc", "--grace", "1m");
    assertTrue(collected.contains(" 0 garbage"), collected);
  }

  private static String said(String command, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--metadata", CLUSTER.metadataServer().address()));
    arguments.addAll(List.of("--blobs", CLUSTER.bucket().orElseThrow()));
    arguments.addAll(List.of(options));
    Path log = CLUSTER.directory().resolve(command + ".log");
    try (Program program = Program.start("dinofs", log, arguments)) {
      assertEquals(0, program.awaitExit(), program.log());
      return program.log();
    }
  }
}
