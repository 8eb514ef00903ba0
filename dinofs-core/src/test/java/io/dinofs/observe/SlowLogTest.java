package io.dinofs.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SlowLogTest {
  private final AtomicLong now = new AtomicLong();
  private final List<String> asked = new ArrayList<>();
  private final SlowLog log = new SlowLog(Duration.ofMillis(100), now::get);

  @Test
  void whatIsSlowIsToldOnceASecond() {
    ended(99, "quick");
    ended(100, "first");
    ended(500, "second");
    now.addAndGet(999_999_999);
    ended(500, "third");
    now.addAndGet(1);
    ended(500, "fourth");
    assertEquals(List.of("first", "fourth"), asked);
  }

  private void ended(long millis, String what) {
    log.ended(
        Duration.ofMillis(millis).toNanos(),
        () -> {
          asked.add(what);
          return what;
        });
  }
}
