package io.dinofs.store.versioned;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;

/** A mutation is refused; tells that from a failure of the reader. */
final class InvalidMutationException extends DinofsException {
  private static final long serialVersionUID = 1L;

  InvalidMutationException(String message) {
    super(ErrorKind.INVALID, message);
  }
}
