package io.dinofs.fuse;

/** Whether the kernel reads files that are complete on this machine without asking. */
public enum Passthrough {
  /** It does, or there is no mount. */
  ON,
  /** It never does. */
  OFF,
  /** It does where it can, and nobody notices: Linux 6.9, root, {@code fuse.kernel}, read-only. */
  AUTO
}
