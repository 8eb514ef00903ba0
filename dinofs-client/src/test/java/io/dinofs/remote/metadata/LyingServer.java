package io.dinofs.remote.metadata;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.store.StaleException;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A metadata server of one volume that answers by the book until it is told to lie. */
final class LyingServer implements AutoCloseable {
  static final int LEASE_MILLIS = 400;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int READ_BYTES = 64 << 10;

  /** What is said instead of an honest answer. */
  @FunctionalInterface
  interface Lie {
    List<Message> instead(Message request, List<Message> honest) throws IOException;
  }

  static final Lie HONEST = (request, honest) -> honest;

  final MemoryVersionedStore volume = new MemoryVersionedStore();
  private final ServerSocket listener;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private volatile Lie lie = HONEST;
  private volatile Optional<VolumeId> otherVolume = Optional.empty();
  private volatile int leaseMillis = LEASE_MILLIS;
  private volatile boolean reads = true;

  LyingServer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void lie(Lie next) {
    lie = next;
  }

  /** What WELCOME says from now on. */
  void welcomeTo(Optional<VolumeId> other, int lease) {
    otherVolume = other;
    leaseMillis = lease;
  }

  /** Whether it takes what it is sent; if not, it goes on to talk. */
  void setReads(boolean on) {
    reads = on;
  }

  /** Says something that nobody has asked for, to everybody. */
  void say(Message... messages) throws IOException {
    for (Socket connection : connections) {
      for (Message message : messages) {
        send(connection, frame(message));
      }
    }
  }

  void sayBytes(byte[] bytes) throws IOException {
    for (Socket connection : connections) {
      send(connection, bytes);
    }
  }

  void hangUp() throws IOException {
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "lying-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket connection = listener.accept();
        connection.setTcpNoDelay(true);
        start(() -> serve(connection));
      } catch (IOException e) {
        // It is closed, and the loop ends.
      }
    }
  }

  private void serve(Socket connection) {
    ByteBuf received = Unpooled.buffer(READ_BYTES);
    try (connection) {
      while (received.writeBytes(connection.getInputStream(), READ_BYTES) > 0) {
        Optional<Message> next = Frames.next(received);
        for (; next.isPresent(); next = Frames.next(received)) {
          Message request = next.get();
          for (Message answer : lie.instead(request, honest(request))) {
            send(connection, frame(answer));
          }
          if (request instanceof Message.Hello) {
            connections.add(connection);
          }
          while (!reads && !connection.isClosed()) {
            send(connection, frame(new Message.Passed(CommitNumber.NONE)));
            Thread.sleep(20);
          }
        }
        received.discardReadBytes();
      }
    } catch (IOException | IndexOutOfBoundsException e) {
      // The client has had enough of it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }

  private static byte[] frame(Message message) throws IOException {
    ByteBuf frame = Unpooled.buffer();
    Frames.encode(message, frame);
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    return bytes;
  }

  private static void send(Socket connection, byte[] bytes) throws IOException {
    synchronized (connection) {
      connection.getOutputStream().write(bytes);
    }
  }

  private List<Message> honest(Message request) throws DinofsException {
    if (request instanceof Message.Hello hello) {
      VolumeId told = otherVolume.orElse(volume.volume());
      return List.of(new Message.Welcome(hello.tag(), told, newest(), leaseMillis, now()));
    } else if (request instanceof Message.Subscribe subscribe) {
      return List.of(new Message.Reset(subscribe.tag(), newest()));
    } else if (request instanceof Message.Ping ping) {
      return List.of(new Message.Pong(ping.tag(), newest(), now()));
    } else if (request instanceof Message.GetStatistics statistics) {
      return List.of(new Message.Statistics(statistics.tag(), volume.statistics()));
    } else if (request instanceof Message.Get get) {
      return List.of(new Message.Records(get.tag(), volume.get(get.keys(), get.children())));
    } else if (request instanceof Message.ListRecords list) {
      return List.of(
          new Message.Page(
              list.tag(),
              volume.list(list.inode(), list.kind(), list.after(), list.limit(), list.children())));
    } else if (request instanceof Message.Scan scan) {
      return List.of(new Message.Scanned(scan.tag(), 1, newest(), List.of()));
    } else if (request instanceof Message.Lock lock) {
      return List.of(new Message.LockDone(lock.tag(), newest()));
    } else if (request instanceof Message.CommitRequest commit) {
      return commit(commit);
    }
    return List.of();
  }

  private List<Message> commit(Message.CommitRequest request) throws DinofsException {
    try {
      CommitResult result = volume.commit(request.commit());
      List<RecordKey> keys = new ArrayList<>();
      for (Mutation mutation : request.commit().mutations()) {
        if (!(mutation instanceof Mutation.Check)) {
          keys.add(mutation.key());
        }
      }
      List<VersionedRecord> changed = volume.get(keys, Children.WITHOUT_ATTRIBUTES).records();
      return List.of(
          new Message.Push(
              request.commit().id().node(), new CommittedChange(result.number(), changed)),
          new Message.Committed(request.tag(), result));
    } catch (StaleException e) {
      return List.of(new Message.Stale(request.tag(), e.at(), e.current()));
    } catch (DinofsException e) {
      return List.of(new Message.Failure(request.tag(), e.kind(), e.getMessage()));
    }
  }

  CommitNumber newest() throws DinofsException {
    return volume.statistics().newest();
  }

  /** A push of one record. */
  static Message push(long number, RecordKey key, Bytes value) {
    VersionedRecord record =
        VersionedRecord.present(key, new io.dinofs.model.Version(Math.max(1, number)), value);
    return new Message.Push(
        new NodeId(77), new CommittedChange(new CommitNumber(number), List.of(record)));
  }

  private static long now() {
    return System.currentTimeMillis() / 1000 * NANOS_PER_SECOND;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    hangUp();
  }
}
