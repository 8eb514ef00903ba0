package io.dinofs.store.s3;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * S3Mock in a process of its own, one for all tests of this JVM, which takes it along when it ends.
 */
public final class S3Server {
  /** There from the beginning. */
  public static final String BUCKET = "volume";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static S3Server running; // guarded by the class

  private final URI endpoint;

  private S3Server(int port) {
    this.endpoint = URI.create("http://127.0.0.1:" + port);
  }

  /** The server, started if it is not. */
  public static synchronized S3Server get() throws IOException {
    if (running == null) {
      // The SDK's usual chain begins with these.
      System.setProperty("aws.accessKeyId", "test");
      System.setProperty("aws.secretAccessKey", "test");
      int port = freePort();
      Path root = Files.createTempDirectory("dinofs-s3-");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx256m",
                  "-Djava.io.tmpdir=" + root,
                  "-jar",
                  jar().toString(),
                  "--server.port=0",
                  "--com.adobe.testing.s3mock.http-port=" + port,
                  "--com.adobe.testing.s3mock.store.initial-buckets=" + BUCKET)
              .redirectErrorStream(true)
              .redirectOutput(new File(root + ".log"))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, root), "s3-end"));
      running = new S3Server(port);
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(running::answers);
    }
    return running;
  }

  private static void end(Process process, Path root) {
    process.destroyForcibly();
    try (Stream<Path> files = Files.walk(root)) {
      process.waitFor();
      Files.delete(Path.of(root + ".log"));
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("something of " + root + " stays: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path jar() {
    return Stream.of("target/s3mock.jar", "../dinofs-core/target/s3mock.jar")
        .map(Path::of)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the build copies s3mock.jar, it is missing"))
        .toAbsolutePath();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) endpoint.resolve("/" + BUCKET).toURL().openConnection();
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  /** A place of its own for whoever asks. */
  public static S3Location newLocation(URI endpoint) {
    return new S3Location(
        BUCKET, "test-" + System.nanoTime() + "/", Optional.of(endpoint), Optional.empty(), true);
  }

  /** How users write it. */
  public static String url(S3Location location) {
    return "s3://%s/%s?endpoint=%s&pathStyle=true"
        .formatted(
            location.bucket(),
            location.prefix().replaceFirst("/$", ""),
            location.endpoint().orElseThrow());
  }
}
