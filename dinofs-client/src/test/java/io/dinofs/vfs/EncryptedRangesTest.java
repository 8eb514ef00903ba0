package io.dinofs.vfs;

/** What holds for ranges of files holds for those of encrypted ones. */
class EncryptedRangesTest extends FileRangesTest {
  @Override
  boolean encrypted() {
    return true;
  }
}
