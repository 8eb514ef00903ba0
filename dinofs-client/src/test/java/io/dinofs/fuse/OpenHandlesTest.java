package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OpenHandlesTest {
  private record Handle(InodeId inode, String name) {}

  private static final InodeId INODE = new InodeId(7);

  private final OpenHandles<Handle> handles = new OpenHandles<>(Handle::inode);

  @Test
  void aNumberStandsForItsHandleUntilItIsRemoved() throws DinofsException {
    Handle handle = new Handle(INODE, "a");
    long number = handles.add(handle);
    assertEquals(handle, handles.get(number));
    assertEquals(handle, handles.remove(number));
    DinofsException e = assertThrows(DinofsException.class, () -> handles.get(number));
    assertEquals(ErrorKind.BAD_HANDLE, e.kind());
    assertNotEquals(number, handles.add(handle));
  }

  @Test
  void anInodeIsFoundAsLongAsOneHandleOfItIsOpen() throws DinofsException {
    Handle first = new Handle(INODE, "first");
    Handle second = new Handle(INODE, "second");
    long firstNumber = handles.add(first);
    long secondNumber = handles.add(second);
    handles.remove(firstNumber);
    assertEquals(Optional.of(second), handles.anyOf(INODE));
    handles.remove(secondNumber);
    assertEquals(Optional.empty(), handles.anyOf(INODE));
  }
}
