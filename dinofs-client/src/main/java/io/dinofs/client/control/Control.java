package io.dinofs.client.control;

import io.dinofs.client.control.ControlSocket.Sink;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem;
import java.util.List;

/** The answers of a running client. */
public final class Control implements ControlSocket.Answerer {
  private final FileSystem files;
  private final StatusSource status;

  /** Knows how the mount is. */
  @FunctionalInterface
  public interface StatusSource {
    /**
     * @throws DinofsException IO
     */
    MountStatus status() throws DinofsException;
  }

  public Control(FileSystem files, StatusSource status) {
    this.files = files;
    this.status = status;
  }

  @Override
  public void answer(Question question, Sink sink) throws DinofsException {
    if (question.kind() == null) {
      throw new DinofsException(ErrorKind.PROTOCOL, "a question of no kind");
    }
    switch (question.kind()) {
      case STATUS -> sink.tell(status.status());
      case WARM -> {
        List<Long> inodes = question.inodes() == null ? List.of() : question.inodes();
        new Warming(files, sink).run(inodes.stream().map(InodeId::new).toList());
      }
    }
  }
}
