package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What {@link AttributeChange} means: chmod(2), chown(2), utimensat(2). */
final class AttributeOperations {
  private AttributeOperations() {}

  /** The tick of a clock at 250 Hz, by which Linux sets times: see ktime_get_coarse_real_ts64. */
  private static final Duration CTIME_GRANULARITY = Duration.ofMillis(4);

  private static final Bytes CAPABILITIES = Bytes.utf8("security.capability");

  /**
   * The attributes after the change, without its size and the count of extended attributes.
   *
   * @param xattrs are changed too: chmod(2) changes the access control list, and what changes
   *     contents or owner takes a program's capabilities from it
   */
  static Attributes apply(
      Caller caller, AttributeChange change, Attributes attributes, XattrView xattrs, Instant now)
      throws DinofsException {
    Attributes.Builder changed = attributes.toBuilder().ctime(now);
    changed.mode(mode(caller, change, attributes));
    if (change.mode().isPresent()) {
      Optional<Bytes> list = xattrs.get(Acl.ACCESS);
      if (list.isPresent()) {
        int mode = change.mode().getAsInt();
        xattrs.put(Acl.ACCESS, Acl.decode(list.get()).withMode(mode).encode());
      }
    }
    if (change.size().isPresent() || (change.isChown() && !attributes.isDirectory())) {
      xattrs.remove(CAPABILITIES);
    }
    change.uid().ifPresent(changed::uid);
    change.gid().ifPresent(changed::gid);
    change.atime().ifPresent(time -> changed.atime(resolve(time, now)));
    change.mtime().ifPresent(time -> changed.mtime(resolve(time, now)));
    return changed.build();
  }

  /**
   * Whether a change is worth a commit: not if all that it changes is the time of the change, by
   * less than local file systems tell apart. chown(2) to who owns the file already, as tar(1) does,
   * is such a change when it follows another one.
   */
  static boolean differInMoreThanTheMoment(Attributes before, Attributes after) {
    Duration passed = Duration.between(before.ctime(), after.ctime());
    boolean sameMoment = !passed.isNegative() && passed.compareTo(CTIME_GRANULARITY) < 0;
    return !sameMoment || !after.toBuilder().ctime(before.ctime()).build().equals(before);
  }

  private static int mode(Caller caller, AttributeChange change, Attributes attributes) {
    if (change.mode().isPresent()) {
      return change.mode().getAsInt();
    }
    int mode = attributes.mode();
    if (change.isChown() && !attributes.isDirectory()) {
      boolean isMember = caller.isRoot() || Permissions.isMember(caller, attributes.gid());
      mode = Privileges.afterChown(mode, isMember);
    }
    return change.size().isPresent() ? change.privileges().afterWrite(mode) : mode;
  }

  /** The attributes after contents were written. */
  static Attributes written(Privileges privileges, Attributes attributes, XattrView xattrs)
      throws DinofsException {
    xattrs.remove(CAPABILITIES);
    return attributes.toBuilder().mode(privileges.afterWrite(attributes.mode())).build();
  }

  private static Instant resolve(AttributeChange.TimeChange change, Instant now) {
    return change instanceof AttributeChange.At at ? at.time() : now;
  }

  /**
   * What the kernel checked before: setattr_prepare in fs/attr.c.
   *
   * @throws DinofsException NOT_PERMITTED, ACCESS_DENIED
   */
  static void recheck(
      Transaction transaction,
      Caller caller,
      InodeId inode,
      AttributeChange change,
      Attributes attributes)
      throws DinofsException {
    boolean setsTime =
        change.atime().filter(AttributeChange.At.class::isInstance).isPresent()
            || change.mtime().filter(AttributeChange.At.class::isInstance).isPresent();
    if (change.mode().isPresent()
        || change.uid().isPresent()
        || change.gid().isPresent()
        || setsTime) {
      Permissions.requireOwner(caller, attributes);
    } else if (caller.uid() != attributes.uid() && !change.isChown()) {
      Permissions.require(transaction, caller, inode, attributes, Permissions.WRITE);
    }
  }
}
