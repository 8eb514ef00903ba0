package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.InodeId;
import org.junit.jupiter.api.Test;

final class OpenedContentsTest {
  private static final InodeId INODE = new InodeId(7);
  private static final Content SOME = new Content.SymlinkTarget(Bytes.utf8("some"));
  private static final Content OTHER = new Content.SymlinkTarget(Bytes.utf8("other"));

  private final OpenedContents opened = new OpenedContents(2);

  @Test
  void onlyContentsLikeThoseOfTheLastOpenAreAsBefore() {
    assertFalse(opened.isAsBefore(INODE, SOME));
    assertTrue(opened.isAsBefore(INODE, SOME));
    assertFalse(opened.isAsBefore(INODE, OTHER));
    assertFalse(opened.isAsBefore(INODE, SOME));
    assertTrue(opened.isAsBefore(INODE, SOME));
  }

  @Test
  void whatWasOpenedLongestAgoIsForgotten() {
    opened.isAsBefore(INODE, SOME);
    opened.isAsBefore(new InodeId(8), SOME);
    opened.isAsBefore(new InodeId(9), SOME);
    assertFalse(opened.isAsBefore(INODE, SOME));
  }
}
