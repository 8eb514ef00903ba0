package io.dinofs.blobserver;

import io.dinofs.access.Gate;
import io.dinofs.access.TokenFile;
import io.dinofs.model.BlobKey;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** A server over a directory, that can be stopped and started again. */
final class ServerFixture implements AutoCloseable {
  private final Optional<TokenFile> tokens;
  private final Path directory;
  private final BlobServerSettings settings;
  private DiskStore store;
  private BlobServer server;

  ServerFixture(Path directory, BlobServerSettings settings) throws IOException {
    this(directory, settings, Optional.empty());
  }

  /**
   * @param tokens of those who are let in; empty for everybody
   */
  ServerFixture(Path directory, BlobServerSettings settings, Optional<TokenFile> tokens)
      throws IOException {
    this.tokens = tokens;
    this.directory = directory;
    this.settings = settings;
    start();
  }

  static BlobServerSettings settings() {
    return BlobServerSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Limits so short that a test can wait for them. */
  static BlobServerSettings impatient() {
    BlobServerSettings s = settings();
    return new BlobServerSettings(
        s.listen(),
        3,
        1,
        s.readThreads(),
        s.writeThreads(),
        Duration.ofMillis(600),
        Duration.ofMillis(300),
        Duration.ofMillis(300),
        s.stopLimit());
  }

  void start() throws IOException {
    store = DiskStore.open(directory, Durability.SYNCED);
    Gate gate = tokens.isPresent() ? Gate.required(tokens.get()) : Gate.open();
    server = BlobServer.start(settings, Optional.empty(), gate, store);
  }

  RawClient connect() throws IOException {
    return new RawClient(server.address());
  }

  int waitingGets() {
    return server.waitingGets();
  }

  int connections() {
    return server.connections();
  }

  /** Settings that this server stands in the way of. */
  BlobServerSettings sameAddress() {
    return BlobServerSettings.defaults(server.address());
  }

  /** Every file below the data directory. */
  List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  void stop() throws IOException {
    server.close();
    store.close();
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static String path(byte[] blob) {
    return "/" + BlobKey.of(ByteBuffer.wrap(blob)).toHex();
  }
}
