package io.dinofs.model;

import java.io.IOException;
import java.util.Objects;

/** A failure with its {@link ErrorKind}; the message is for people and never evaluated. */
public class DinofsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  public DinofsException(ErrorKind kind, String message) {
    super(message);
    this.kind = Objects.requireNonNull(kind);
  }

  public DinofsException(ErrorKind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind);
  }

  public final ErrorKind kind() {
    return kind;
  }
}
