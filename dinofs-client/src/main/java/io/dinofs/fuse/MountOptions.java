package io.dinofs.fuse;

import java.util.ArrayList;
import java.util.List;

/**
 * How a volume is mounted.
 *
 * @param source what mount(8) and df(1) show in the place of a device
 * @param allowOther whether other users may use the mount; the kernel checks their permissions
 * @param readOnly whether the kernel refuses every change with EROFS
 * @param passthrough whether the kernel reads local contents by itself
 * @param squash whose requests count as an anonymous user's; the kernel checks no permissions then
 * @param observer is told of every request
 */
public record MountOptions(
    String source,
    boolean allowOther,
    boolean readOnly,
    Passthrough passthrough,
    Squash squash,
    RequestObserver observer) {
  /** The largest read or write that libfuse 2 has room for. */
  public static final int MAX_REQUEST_BYTES = 128 << 10;

  /**
   * AUTO counts only if nobody can write here: what is written to a mapping of a file that passes
   * through is lost.
   */
  public Passthrough passthroughHere() {
    return passthrough == Passthrough.AUTO && !readOnly ? Passthrough.OFF : passthrough;
  }

  /** Without passthrough, and without anybody who looks on. */
  public MountOptions(String source, boolean allowOther, boolean readOnly) {
    this(source, allowOther, readOnly, Passthrough.OFF, Squash.NONE, RequestObserver.NONE);
  }

  /**
   * The options in the form of mount(8)'s {@code -o}.
   *
   * <p>Why they are what they are: {@code default_permissions} lets the kernel check permissions,
   * which with a squash it cannot; {@code big_writes} makes a write more than a page; {@code
   * atomic_o_trunc} lets an open truncate in the same step, as {@link
   * io.dinofs.vfs.FileSystem.OpenFlag#TRUNCATE} expects.
   */
  public String toMountString() {
    List<String> options = new ArrayList<>();
    options.add("fsname=" + escape(source));
    options.add("subtype=dinofs");
    if (squash.isNone()) {
      options.add("default_permissions");
    }
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
