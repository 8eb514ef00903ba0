package io.dinofs.vfs.content;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class InOrderHashTest {
  private final InOrderHash hash = new InOrderHash();

  private void write(String text, int at) {
    ByteBuffer source = Bytes.utf8(text).asBuffer();
    hash.write(source, at);
    assertEquals(text.length(), source.remaining());
  }

  private static Optional<BlobKey> keyOf(String text) {
    return Optional.of(BlobKey.of(Bytes.utf8(text).asBuffer()));
  }

  @Test
  void piecesInOrderHaveTheHashOfTheWhole() {
    write("abc", 0);
    write("", 3);
    write("defg", 3);
    assertEquals(keyOf("abcdefg"), hash.finish(7));
  }

  @Test
  void nothingHasTheHashOfNothing() {
    assertEquals(keyOf(""), hash.finish(0));
  }

  @Test
  void thereIsNoHashOfAnotherLength() {
    write("abc", 0);
    assertEquals(Optional.empty(), hash.finish(4));
  }

  @Test
  void whatIsWrittenTwiceOrBehindAHoleHasNoHash() {
    write("abc", 0);
    write("c", 2);
    assertEquals(Optional.empty(), hash.finish(3));
    InOrderHash other = new InOrderHash();
    other.write(Bytes.utf8("abc").asBuffer(), 1);
    assertEquals(Optional.empty(), other.finish(4));
  }

  @Test
  void itIsGivenOnceSinceMoreMayBeWrittenLater() {
    write("abc", 0);
    assertEquals(keyOf("abc"), hash.finish(3));
    assertEquals(Optional.empty(), hash.finish(3));
    write("", 0);
    assertEquals(Optional.empty(), hash.finish(0));
  }
}
