package io.dinofs.blobserver;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of one server, with a connection for each test. */
abstract class OneServer {
  /** The server's data are in its subdirectory {@code data}. */
  @TempDir static Path directory;

  static ServerFixture server;
  RawClient client;

  @BeforeAll
  static void start() throws IOException {
    server = new ServerFixture(directory.resolve("data"), ServerFixture.settings());
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  final void connect() throws IOException {
    client = server.connect();
  }

  @AfterEach
  final void disconnect() throws IOException {
    client.close();
  }
}
