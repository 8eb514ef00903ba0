package io.dinofs.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilesInPiecesTest {
  private static final int LENGTH = 300_000;

  @TempDir private Path directory;
  private final byte[] content = new byte[LENGTH];
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private FileChannel file;

  @BeforeEach
  void write() throws IOException {
    new Random(1).nextBytes(content);
    file = FileChannel.open(Files.write(directory.resolve("file"), content));
    FilesInPieces.addTo(channel.pipeline());
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private byte[] written() {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
      all.writeBytes(piece);
      piece.release();
    }
    return Arrays.copyOf(all.array(), all.readableBytes());
  }

  @Test
  void aPartOfAFileIsWrittenWholeAndInOrderAndTheFileIsClosed() {
    ChannelFuture sent = channel.writeAndFlush(new ReadableRegion(file, 7, LENGTH - 10));
    channel.runPendingTasks();
    assertArrayEquals(Arrays.copyOfRange(content, 7, LENGTH - 3), written());
    assertTrue(sent.isSuccess());
    assertFalse(file.isOpen());
  }

  @Test
  void aFileThatIsShorterThanItWasFailsAndIsClosed() {
    ChannelFuture sent = channel.writeAndFlush(new ReadableRegion(file, 0, LENGTH + 1));
    channel.runPendingTasks();
    assertInstanceOf(EOFException.class, sent.cause());
    assertFalse(file.isOpen());
  }
}
