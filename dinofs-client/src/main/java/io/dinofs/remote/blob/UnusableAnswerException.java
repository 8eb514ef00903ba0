package io.dinofs.remote.blob;

import java.io.IOException;

/** The answer is none of a blob server; it would be the same if one asked again. */
final class UnusableAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  UnusableAnswerException(String message) {
    super(message);
  }
}
