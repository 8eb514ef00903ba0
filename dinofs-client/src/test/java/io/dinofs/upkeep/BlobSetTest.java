package io.dinofs.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import org.junit.jupiter.api.Test;

final class BlobSetTest {
  @Test
  void keysKeepTheirNumbersWhenTheSetGrows() {
    int many = 10_000;
    BlobSet set = new BlobSet();
    for (int i = 0; i < many; i++) {
      assertEquals(i, set.add(key(i)));
      assertEquals(i / 2, set.add(key(i / 2)));
    }
    assertEquals(many, set.size());
    for (int i = 0; i < many; i++) {
      assertEquals(i, set.find(key(i)));
      assertEquals(key(i), set.get(i));
    }
    assertEquals(-1, set.find(key(many)));
  }

  private static BlobKey key(int number) {
    return BlobKey.of(Bytes.utf8("blob " + number).asBuffer());
  }
}
