package io.dinofs.model;

/** Bytes from a store or a peer are not what they should be. */
public final class CorruptRecordException extends DinofsException {
  private static final long serialVersionUID = 1L;

  public CorruptRecordException(String message) {
    super(ErrorKind.CORRUPT, message);
  }
}
