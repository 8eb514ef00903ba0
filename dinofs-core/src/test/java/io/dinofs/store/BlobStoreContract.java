package io.dinofs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What {@link BlobStore} promises, and {@link BlobFileStore} where it is one. */
public abstract class BlobStoreContract {
  private static final int LIMIT_SECONDS = 20;

  /** The SHA-256 of "abc": FIPS 180-4, example B.1 of its predecessor. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  /** The store under test, open and empty. */
  protected BlobStore store;

  /** Opens an empty store. It is closed by the contract. */
  protected abstract BlobStore open() throws Exception;

  /** Opens the store again after it has been closed; empty if it does not outlive its closing. */
  protected Optional<BlobStore> reopen() throws Exception {
    return Optional.empty();
  }

  /**
   * Puts other bytes in the place of a stored blob, behind the store's back; false if the test
   * cannot do that.
   */
  protected boolean corrupt(BlobKey key, Bytes wrong) throws Exception {
    return false;
  }

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() throws Exception {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void aBlobsKeyIsTheSha256OfItsBytes() throws Exception {
    assertEquals(ABC, put("abc").toHex());
  }

  @Test
  void aBlobIsReadAsItWasPut() throws Exception {
    byte[] bytes = new byte[(1 << 20) + 1];
    new Random(7).nextBytes(bytes);
    BlobKey large = store.put(ByteBuffer.wrap(bytes));
    BlobKey empty = put("");
    assertEquals(Bytes.wrap(bytes), store.get(large));
    assertEquals(Bytes.EMPTY, store.get(empty));
  }

  @Test
  void onlyWhatRemainsInTheBufferIsPutAndItsPositionStays() throws Exception {
    for (boolean direct : new boolean[] {true, false}) {
      ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(10) : ByteBuffer.allocate(10);
      buffer.put(Bytes.utf8("xxabcyyyyy").toArray()).position(2).limit(5);
      assertEquals(ABC, store.put(buffer).toHex());
      assertEquals(2, buffer.position());
      assertEquals(5, buffer.limit());
    }
    assertEquals(Bytes.utf8("abc"), store.get(BlobKey.parse(ABC).orElseThrow()));
  }

  @Test
  void puttingABlobTwiceIsPuttingItOnce() throws Exception {
    assertEquals(put("abc"), put("abc"));
    assertEquals(Bytes.utf8("abc"), store.get(BlobKey.parse(ABC).orElseThrow()));
  }

  @Test
  void aBlobThatWasNeverPutIsNotFound() {
    BlobKey key = BlobKey.parse(ABC).orElseThrow();
    assertFails(ErrorKind.NOT_FOUND, () -> store.get(key));
    assertFails(ErrorKind.NOT_FOUND, () -> store.open(key));
  }

  @Test
  void aBlobThatIsTooBigIsRefused() {
    ByteBuffer tooBig = ByteBuffer.allocate(Store.MAX_VALUE_BYTES + 1);
    assertFails(ErrorKind.TOO_BIG, () -> store.put(tooBig));
  }

  @Test
  void anOpenBlobIsReadFromAnyOffset() throws Exception {
    BlobKey key = put("0123456789");
    try (BlobStore.Blob blob = store.open(key)) {
      assertEquals(10, blob.size());
      assertEquals("0123", read(blob, 0, 4));
      assertEquals("789", read(blob, 7, 4));
      assertEquals("", read(blob, 10, 4));
      assertEquals("", read(blob, Long.MAX_VALUE, 4));
      assertEquals("", read(blob, 3, 0));
    }
  }

  @Test
  void aReadAdvancesItsBufferByWhatItReturns() throws Exception {
    BlobKey key = put("0123456789");
    try (BlobStore.Blob blob = store.open(key)) {
      ByteBuffer target = ByteBuffer.allocateDirect(8).position(2);
      assertEquals(3, blob.read(target, 7));
      assertEquals(5, target.position());
      assertEquals(8, target.limit());
    }
  }

  @Test
  void anOpenBlobIsReadByManyThreads() throws Exception {
    byte[] bytes = new byte[100_000];
    new Random(7).nextBytes(bytes);
    BlobKey key = store.put(ByteBuffer.wrap(bytes));
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try (BlobStore.Blob blob = store.open(key)) {
      List<Future<Void>> readers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(thread);
        readers.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    int offset = random.nextInt(bytes.length);
                    ByteBuffer target =
                        ByteBuffer.allocate(random.nextInt(bytes.length - offset) + 1);
                    if (i % 50 == 0) {
                      // A thread that is interrupted does not spoil the blob for the others.
                      Thread.currentThread().interrupt();
                    }
                    assertEquals(
                        Math.min(target.capacity(), bytes.length - offset),
                        blob.read(target, offset));
                    Thread.interrupted();
                    assertEquals(ByteBuffer.wrap(bytes, offset, target.position()), target.flip());
                  }
                  return null;
                }));
      }
      for (Future<Void> reader : readers) {
        reader.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aBlobWithOtherContentsIsNeverReturned() throws Exception {
    BlobKey key = put("abc");
    // Closed in between since a store may remember what it has hashed itself.
    store.close();
    Optional<BlobStore> again = reopen();
    Assumptions.assumeTrue(again.isPresent(), "the store does not outlive its closing");
    store = again.get();
    Assumptions.assumeTrue(corrupt(key, Bytes.utf8("abd")), "can't be corrupted");
    assertFails(ErrorKind.CORRUPT, () -> store.get(key));
    assertFails(ErrorKind.CORRUPT, () -> store.open(key));
    assertFails(ErrorKind.CORRUPT, () -> store.open(key));
  }

  @Test
  void aBlobIsThereWhenTheStoreIsOpenedAgain() throws Exception {
    BlobKey key = put("abc");
    store.close();
    Optional<BlobStore> again = reopen();
    Assumptions.assumeTrue(again.isPresent(), "the store does not outlive its closing");
    store = again.get();
    assertEquals(Bytes.utf8("abc"), store.get(key));
    try (BlobStore.Blob blob = store.open(key)) {
      assertEquals("abc", read(blob, 0, 10));
    }
  }

  @Test
  void aClosedStoreRefusesEverything() throws Exception {
    BlobKey key = put("abc");
    store.close();
    store.close();
    assertFails(ErrorKind.CLOSED, () -> put("abc"));
    assertFails(ErrorKind.CLOSED, () -> store.get(key));
    assertFails(ErrorKind.CLOSED, () -> store.open(key));
  }

  // BlobFileStore

  @Test
  void anAdoptedFileIsABlob() throws Exception {
    BlobFileStore files = fileStore();
    Path file = files.newTemporaryFile();
    Files.write(file, Bytes.utf8("abc").toArray());
    assertEquals(ABC, files.adopt(file).toHex());
    assertFalse(Files.exists(file));
    assertEquals(Bytes.utf8("abc"), store.get(BlobKey.parse(ABC).orElseThrow()));
    assertEquals(put("abc"), BlobKey.parse(ABC).orElseThrow());
  }

  @Test
  void anAdoptedFileMayBeEmptyOrLarge() throws Exception {
    BlobFileStore files = fileStore();
    byte[] bytes = new byte[(1 << 20) - 1];
    new Random(7).nextBytes(bytes);
    Path file = files.newTemporaryFile();
    Files.write(file, bytes);
    assertEquals(Bytes.wrap(bytes), store.get(files.adopt(file)));
    assertEquals(Bytes.EMPTY, store.get(files.adopt(files.newTemporaryFile())));
  }

  @Test
  void aFileThatWasHashedIsAdoptedUnderItsKey() throws Exception {
    BlobFileStore files = fileStore();
    BlobKey key = BlobKey.parse(ABC).orElseThrow();
    Path file = files.newTemporaryFile();
    Files.write(file, Bytes.utf8("abc").toArray());
    files.adopt(file, key);
    assertFalse(Files.exists(file));
    assertEquals(Bytes.utf8("abc"), store.get(key));
    try (BlobStore.Blob blob = store.open(key)) {
      assertEquals("abc", read(blob, 0, 3));
    }
  }

  private BlobFileStore fileStore() {
    Assumptions.assumeTrue(store instanceof BlobFileStore, "the store takes no files");
    return (BlobFileStore) store;
  }

  protected final BlobKey put(String text) throws DinofsException {
    return store.put(Bytes.utf8(text).asBuffer());
  }

  private static String read(BlobStore.Blob blob, long offset, int count) throws DinofsException {
    ByteBuffer target = ByteBuffer.allocate(count);
    int read = blob.read(target, offset);
    assertEquals(read, target.position());
    return Bytes.copyOf(target.flip()).toUtf8();
  }

  protected static void assertFails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }
}
