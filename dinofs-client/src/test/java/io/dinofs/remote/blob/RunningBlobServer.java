package io.dinofs.remote.blob;

import io.dinofs.blobserver.BlobServer;
import io.dinofs.blobserver.BlobServerSettings;
import io.dinofs.model.DinofsException;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;

/** A real blob server, always at the same address, that can be down for a while. */
public final class RunningBlobServer implements AutoCloseable {
  private final Path directory;
  private InetSocketAddress address;
  private DiskStore store;
  private BlobServer server;

  private RunningBlobServer(Path directory, InetSocketAddress address) {
    this.directory = directory;
    this.address = address;
  }

  public static RunningBlobServer start(Path directory) throws IOException {
    RunningBlobServer running =
        new RunningBlobServer(
            directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    running.start();
    return running;
  }

  /** One that is not started yet; its address was free just now. */
  public static RunningBlobServer down(Path directory) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new RunningBlobServer(directory, (InetSocketAddress) free.getLocalSocketAddress());
    }
  }

  public void start() throws DinofsException {
    store = DiskStore.open(directory, Durability.SYNCED);
    server = BlobServer.start(BlobServerSettings.defaults(address), store);
    address = server.address();
  }

  public void stop() throws DinofsException {
    if (server != null) {
      server.close();
      store.close();
      server = null;
    }
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  /** What the server keeps, behind its back. */
  public DiskStore disk() {
    return store;
  }

  @Override
  public void close() throws DinofsException {
    stop();
  }
}
