package io.dinofs.vfs;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import java.util.List;

/**
 * The extended attributes of inodes: xattr(7), with the namespaces user, trusted and security, and
 * the access control lists of acl(5), which are {@code system.posix_acl_access} and {@code
 * system.posix_acl_default}. Also of open files that have no name.
 */
public interface ExtendedAttributes {
  /** Flags of {@link #setXattr}: see setxattr(2). */
  enum XattrMode {
    ANY,
    CREATE,
    REPLACE
  }

  /**
   * @throws DinofsException STALE_HANDLE, NO_ATTRIBUTE, RANGE, NOT_SUPPORTED
   */
  Bytes getXattr(InodeId inode, Bytes name) throws DinofsException;

  /**
   * The names, in order.
   *
   * @throws DinofsException STALE_HANDLE
   */
  List<Bytes> listXattrs(InodeId inode) throws DinofsException;

  /**
   * Sets an attribute. An access control list for access also sets the mode's nine lower bits, and
   * is not kept if these say all of it; an empty list is none.
   *
   * @param privileges DROP if the caller of a list for access must not keep set-group-ID: {@code
   *     FUSE_SETXATTR_ACL_KILL_SGID}
   * @throws DinofsException STALE_HANDLE, EXISTS, NO_ATTRIBUTE, TOO_BIG, RANGE, NO_SPACE,
   *     NOT_PERMITTED, NOT_SUPPORTED; INVALID for what is no access control list, ACCESS_DENIED for
   *     a default one of what is no directory
   */
  void setXattr(
      Caller caller, InodeId inode, Bytes name, Bytes value, XattrMode mode, Privileges privileges)
      throws DinofsException;

  /**
   * @throws DinofsException STALE_HANDLE, NO_ATTRIBUTE, NOT_PERMITTED, RANGE, NOT_SUPPORTED
   */
  void removeXattr(Caller caller, InodeId inode, Bytes name) throws DinofsException;
}
