package io.dinofs.store.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobStore;
import io.dinofs.store.BlobStoreContract;
import io.dinofs.store.Key;
import io.dinofs.store.memory.MemoryStore;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ContentAddressedStoreTest extends BlobStoreContract {
  private final MemoryStore below = new MemoryStore();

  @Override
  protected BlobStore open() {
    return new ContentAddressedStore(below);
  }

  @Test
  void aBlobIsKeptUnderTheDigitsOfItsKey() throws Exception {
    BlobKey key = put("abc");
    Key below = Key.of(key.toHex());
    assertEquals(below, Key.ofBlob(key));
    assertEquals(Optional.of(key), below.asBlob());
    assertEquals(Optional.of(Bytes.utf8("abc")), this.below.get(below));
  }

  @Test
  void aBlobWithOtherContentsIsRefused() throws Exception {
    BlobKey key = put("abc");
    below.put(Key.ofBlob(key), Bytes.utf8("abd"));
    assertFails(ErrorKind.CORRUPT, () -> store.get(key));
    assertFails(ErrorKind.CORRUPT, () -> store.open(key));
  }
}
