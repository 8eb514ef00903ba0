package io.dinofs.fuse;

import java.util.ArrayList;
import java.util.List;

/**
 * How a volume is mounted.
 *
 * @param source what mount(8) and df(1) show in the place of a device
 * @param allowOther whether other users may use the mount; the kernel checks their permissions
 * @param readOnly whether the kernel refuses every change with EROFS
 */
public record MountOptions(String source, boolean allowOther, boolean readOnly) {
  /** The largest read or write that libfuse 2 has room for. */
  public static final int MAX_REQUEST_BYTES = 128 << 10;

  /**
   * The options in the form of mount(8)'s {@code -o}.
   *
   * <p>Why they are what they are: {@code default_permissions} lets the kernel check permissions;
   * {@code big_writes} makes a write more than a page; {@code atomic_o_trunc} lets an open truncate
   * in the same step, as {@link io.dinofs.vfs.FileSystem.OpenFlag#TRUNCATE} expects.
   */
  public String toMountString() {
    List<String> options = new ArrayList<>();
    options.add("fsname=" + escape(source));
    options.add("subtype=dinofs");
    options.add("default_permissions");
    options.add("big_writes");
    options.add("atomic_o_trunc");
    options.add("max_read=" + MAX_REQUEST_BYTES);
    options.add("max_write=" + MAX_REQUEST_BYTES);
    options.add("max_background=64");
    if (allowOther) {
      options.add("allow_other");
    }
    if (readOnly) {
      options.add("ro");
    }
    return String.join(",", options);
  }

  /** A comma ends an option, and libfuse takes a backslash before it for part of the value. */
  public static String escape(String value) {
    return value.replace("\\", "\\\\").replace(",", "\\,");
  }
}
