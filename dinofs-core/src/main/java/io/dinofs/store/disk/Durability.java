package io.dinofs.store.disk;

/** What a put that has returned survives. */
public enum Durability {
  /** The machine losing power: file and directory are written to the device, fsync(2). */
  SYNCED,
  /** The process being killed at any moment, but not the machine losing power. */
  PROCESS_CRASH_ONLY
}
