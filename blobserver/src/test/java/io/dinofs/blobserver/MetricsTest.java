package io.dinofs.blobserver;

import static io.dinofs.blobserver.ServerFixture.bytes;
import static io.dinofs.blobserver.ServerFixture.path;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsTest {
  @TempDir private Path directory;

  @Test
  void requestsAreCountedByKindAndStatus() throws IOException {
    try (ServerFixture server = new ServerFixture(directory, ServerFixture.settings());
        RawClient client = server.connect()) {
      byte[] blob = bytes(100, 1);
      assertEquals(201, client.put(path(blob), blob).status());
      assertEquals(200, client.get(path(blob)).status());
      assertEquals(404, client.get(path(bytes(100, 2))).status());
      await().until(() -> counts(client, "kind=\"get\",status=\"404\"") == 1);
      assertEquals(1, counts(client, "kind=\"get\",status=\"200\""));
      assertEquals(1, counts(client, "kind=\"put\",status=\"201\""));
      assertTrue(client.get("/metrics").text().contains("\ndinofs_disk_free "));
    }
  }

  private static double counts(RawClient client, String labels) throws IOException {
    RawClient.Answer answer = client.get("/metrics");
    assertEquals(200, answer.status());
    String prefix = "dinofs_blob_request_seconds_count{" + labels + "} ";
    return answer
        .text()
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToDouble(line -> Double.parseDouble(line.substring(prefix.length())))
        .sum();
  }
}
