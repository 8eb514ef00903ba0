package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class GuardTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Guard.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  @BeforeEach
  void collectTheLog() {
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  @AfterEach
  void leaveTheLog() {
    logger.detachAppender(appender);
    logger.setAdditive(true);
  }

  private List<ILoggingEvent> logged() {
    return appender.list.stream().filter(e -> e.getLevel().isGreaterOrEqual(Level.INFO)).toList();
  }

  @Test
  void anOperationThatReturnsIsASuccess() {
    assertEquals(Errno.OK, Guard.run("getattr", () -> {}));
  }

  @Test
  void aKnownFailureHasItsErrnoAndIsNotLogged() {
    int errno =
        Guard.run(
            "lookup",
            () -> {
              throw new DinofsException(ErrorKind.NOT_FOUND, "no such name");
            });
    assertEquals(Errno.ENOENT, errno);
    assertEquals(List.of(), logged());
  }

  @Test
  void anUnexpectedExceptionIsEioAndLoggedOnceWithItsOperation() {
    int errno =
        Guard.run(
            "rename",
            () -> {
              throw new IllegalStateException("a defect");
            });
    assertEquals(Errno.EIO, errno);
    assertEquals(1, logged().size());
    assertEquals(
        "rename failed unexpectedly, answered with EIO", logged().get(0).getFormattedMessage());
  }

  @Test
  void anErrorOfTheVirtualMachineIsEioToo() {
    int errno =
        Guard.run(
            "read",
            () -> {
              throw new StackOverflowError();
            });
    assertEquals(Errno.EIO, errno);
    assertEquals(1, logged().size());
  }
}
