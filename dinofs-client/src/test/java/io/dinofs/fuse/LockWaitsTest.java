package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.FileLocks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LockWaitsTest {
  private static final long REQUEST = 42;

  private final LockWaits waits = new LockWaits();
  private final List<Integer> replies = new ArrayList<>();
  private FileLocks.Answer answer;

  private void start(Runnable announce) {
    waits.start(
        REQUEST,
        replies::add,
        announce,
        given -> {
          answer = given;
          return () -> given.refused(new DinofsException(ErrorKind.INTERRUPTED, "interrupted"));
        });
  }

  @Test
  void aRequestIsAnsweredOnceAndWhenItsLockIsGranted() {
    start(() -> {});
    assertEquals(List.of(), replies);
    answer.granted();
    waits.interrupt(REQUEST);
    assertEquals(List.of(Errno.OK), replies);
  }

  @Test
  void aRefusalIsAnErrno() {
    start(() -> {});
    answer.refused(new DinofsException(ErrorKind.DEADLOCK, "a deadlock"));
    assertEquals(List.of(Errno.EDEADLK), replies);
  }

  @Test
  void anInterruptEndsTheWait() {
    start(() -> {});
    waits.interrupt(REQUEST);
    waits.interrupt(REQUEST);
    assertEquals(List.of(Errno.EINTR), replies);
  }

  @Test
  void anInterruptThatCameBeforeTheWaitEndsIt() {
    start(() -> waits.interrupt(REQUEST));
    assertEquals(List.of(Errno.EINTR), replies);
  }

  @Test
  void aLockThatIsGrantedAtOnceIsAnsweredAtOnce() {
    waits.start(
        REQUEST,
        replies::add,
        () -> {},
        given -> {
          given.granted();
          return () -> {};
        });
    assertEquals(List.of(Errno.OK), replies);
  }

  @Test
  void afterTheEndNothingIsAnswered() {
    start(() -> {});
    waits.close();
    answer.granted();
    assertEquals(List.of(), replies);
  }
}
