package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import java.time.Instant;

/** What {@link AttributeChange} means: chmod(2), chown(2), utimensat(2). */
final class AttributeOperations {
  private AttributeOperations() {}

  /** The attributes after the change, without its size. */
  static Attributes apply(AttributeChange change, Attributes attributes, Instant now) {
    Attributes.Builder changed = attributes.toBuilder().ctime(now);
    boolean chown = change.uid().isPresent() || change.gid().isPresent();
    if (chown && !attributes.isDirectory() && change.mode().isEmpty()) {
      changed.mode(withoutPrivileges(attributes.mode()));
    }
    change.mode().ifPresent(changed::mode);
    change.uid().ifPresent(changed::uid);
    change.gid().ifPresent(changed::gid);
    change.atime().ifPresent(time -> changed.atime(resolve(time, now)));
    change.mtime().ifPresent(time -> changed.mtime(resolve(time, now)));
    return changed.build();
  }

  /** chown(2): a new owner gets no program that runs as somebody else. */
  private static int withoutPrivileges(int mode) {
    int left = mode & ~Permissions.SET_UID;
    return (left & Permissions.GROUP_EXECUTE) != 0 ? left & ~Permissions.SET_GID : left;
  }

  private static Instant resolve(AttributeChange.TimeChange change, Instant now) {
    return change instanceof AttributeChange.At at ? at.time() : now;
  }

  /**
   * What the kernel checked before: setattr_prepare in fs/attr.c.
   *
   * @throws DinofsException NOT_PERMITTED, ACCESS_DENIED
   */
  static void recheck(Caller caller, AttributeChange change, Attributes attributes)
      throws DinofsException {
    boolean setsTime =
        change.atime().filter(AttributeChange.At.class::isInstance).isPresent()
            || change.mtime().filter(AttributeChange.At.class::isInstance).isPresent();
    if (change.mode().isPresent()
        || change.uid().isPresent()
        || change.gid().isPresent()
        || setsTime) {
      Permissions.requireOwner(caller, attributes);
    } else if (caller.uid() != attributes.uid()) {
      Permissions.require(caller, attributes, Permissions.WRITE);
    }
  }
}
