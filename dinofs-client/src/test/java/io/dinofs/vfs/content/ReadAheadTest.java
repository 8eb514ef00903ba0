package io.dinofs.vfs.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Manifest;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final int REQUEST = 128 << 10;
  private static final long CHUNK = Manifest.CHUNK_BYTES;

  private final ReadAhead readAhead = new ReadAhead();

  @Test
  void aFirstReadFetchesNothingAhead() {
    assertEquals(0, ahead(0));
    assertEquals(0, ahead(50 * CHUNK));
  }

  @Test
  void randomReadsFetchNothingAhead() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      assertEquals(0, ahead(random.nextInt(1 << 20) * 4096L + 1));
    }
  }

  @Test
  void aSequentialReadIsAheadOfItselfByMoreAndMoreChunksUpToALimit() {
    TreeSet<Long> fetched = new TreeSet<>();
    int most = 0;
    for (long at = 0; at < 40 * CHUNK; at += REQUEST) {
      ReadAhead.Chunks chunks = readAhead.read(at, REQUEST);
      for (long chunk = chunks.from(); chunk < chunks.to(); chunk++) {
        assertTrue(fetched.add(chunk), "twice: " + chunk);
      }
      long end = (at + REQUEST) / CHUNK;
      int lead = fetched.isEmpty() ? 0 : (int) (fetched.last() - end);
      assertTrue(lead <= ReadAhead.MAX_CHUNKS, () -> "ahead by " + lead);
      if (at == REQUEST) {
        assertEquals(1, lead);
      }
      most = Math.max(most, lead);
    }
    assertEquals(ReadAhead.MAX_CHUNKS, most);
    for (long chunk = 1; chunk < 40; chunk++) {
      assertTrue(fetched.contains(chunk), "never: " + chunk);
    }
  }

  @Test
  void requestsThatOvertakeEachOtherAreStillSequential() {
    ahead(0);
    ahead(REQUEST);
    int fetched = 1;
    for (long at = 2 * REQUEST; at < 10 * CHUNK; at += 2 * REQUEST) {
      fetched += ahead(at + REQUEST);
      fetched += ahead(at);
    }
    assertTrue(fetched >= 10, "fetched " + fetched);
  }

  @Test
  void readersOfOneFileAreToldApart() {
    int fetched = 0;
    for (long at = 0; at < 4 * CHUNK; at += REQUEST) {
      for (int reader = 0; reader < 4; reader++) {
        fetched += ahead(reader * 100L * CHUNK + at);
      }
    }
    assertTrue(fetched >= 4 * 4, "fetched " + fetched);
  }

  private int ahead(long offset) {
    ReadAhead.Chunks chunks = readAhead.read(offset, REQUEST);
    return (int) (chunks.to() - chunks.from());
  }
}
