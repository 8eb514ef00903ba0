package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.ErrorKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrnoTest {
  private static final int ENOSYS = 38;
  private static final int GREATEST_ERRNO = 133;

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void everyKindHasAnErrnoThatIsNeitherSuccessNorRememberedByTheKernel(ErrorKind kind) {
    int errno = Errno.of(kind);
    assertTrue(errno > 0 && errno <= GREATEST_ERRNO && errno != ENOSYS, kind + ": " + errno);
  }

  @Test
  void whatTheServersCauseIsEio() {
    assertEquals(Errno.EIO, Errno.of(ErrorKind.UNAVAILABLE));
    assertEquals(Errno.EIO, Errno.of(ErrorKind.CORRUPT));
    assertEquals(Errno.EIO, Errno.of(ErrorKind.CLOSED));
  }

  @Test
  void whatPosixNamesKeepsItsName() {
    assertEquals(2, Errno.of(ErrorKind.NOT_FOUND));
    assertEquals(17, Errno.of(ErrorKind.EXISTS));
    assertEquals(39, Errno.of(ErrorKind.NOT_EMPTY));
    assertEquals(61, Errno.of(ErrorKind.NO_ATTRIBUTE));
  }
}
