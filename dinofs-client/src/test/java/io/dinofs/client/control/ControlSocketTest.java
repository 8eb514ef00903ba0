package io.dinofs.client.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {
  private static final MountStatus STATUS =
      new MountStatus(
          "/mnt/v", "id", "h:1", true, 7, 1, 20L, 3, "http://h:2", 0, 0, null, "/c", 5, 9, 0);

  @TempDir Path directory;

  @Test
  void aQuestionIsAnswered() throws DinofsException {
    try (ControlSocket socket = open(directory);
        ControlConnection connection = ControlConnection.ask(directory, Question.status())) {
      assertTrue(socket.toString().startsWith(directory.toString()));
      assertEquals(Optional.of(STATUS), connection.next(MountStatus.class));
      assertEquals(Optional.empty(), connection.next(MountStatus.class));
    }
  }

  @Test
  void anAnswerMayHaveManyLines() throws DinofsException {
    try (ControlSocket socket = open(directory);
        ControlConnection connection =
            ControlConnection.ask(directory, Question.warm(List.of(3L, -1L)))) {
      for (int i = 0; i < 100; i++) {
        WarmProgress progress = connection.next(WarmProgress.class).orElseThrow();
        assertEquals(i, progress.files(), socket::toString);
        assertEquals(2, progress.totalFiles());
      }
      assertEquals(Optional.empty(), connection.next(WarmProgress.class));
    }
  }

  @Test
  void onlyItsOwnerMayAsk() throws IOException {
    try (ControlSocket socket = open(directory)) {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(directory.resolve(ControlSocket.NAME)),
          socket::toString);
    }
  }

  @Test
  void aPathMayBeLongerThanASocketsMayBe() throws IOException {
    Path deep = directory.resolve("d".repeat(60)).resolve("e".repeat(60));
    Files.createDirectories(deep);
    Path socketOfLink;
    try (ControlSocket socket = open(deep);
        ControlConnection connection = ControlConnection.ask(deep, Question.status())) {
      assertEquals(Optional.of(STATUS), connection.next(MountStatus.class), socket::toString);
      socketOfLink = Files.readSymbolicLink(deep.resolve(ControlSocket.NAME));
    }
    assertFalse(Files.exists(socketOfLink.getParent()));
  }

  @Test
  void whatAKilledProcessHasLeftIsReplaced() throws IOException {
    Files.createFile(directory.resolve(ControlSocket.NAME));
    aQuestionIsAnswered();
    assertFalse(Files.exists(directory.resolve(ControlSocket.NAME), LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void whereNobodyAnswersTheAskerIsToldSo() {
    DinofsException failure =
        assertThrows(
            DinofsException.class, () -> ControlConnection.ask(directory, Question.status()));
    assertEquals(ErrorKind.UNAVAILABLE, failure.kind());
  }

  private static ControlSocket open(Path directory) throws DinofsException {
    return ControlSocket.open(
        directory.resolve(ControlSocket.NAME),
        (question, sink) -> {
          if (question.kind() == Question.Kind.STATUS) {
            sink.tell(STATUS);
          } else {
            for (int i = 0; i < 100; i++) {
              sink.tell(new WarmProgress(i, question.inodes().size(), 0, 0, i == 99, null));
            }
          }
        });
  }
}
