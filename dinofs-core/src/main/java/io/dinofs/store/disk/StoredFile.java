package io.dinofs.store.disk;

import io.dinofs.store.Key;
import java.time.Instant;

/**
 * A value's file.
 *
 * @param bytes the value's size
 * @param usedAt when it was put or {@link DiskStore#touch}ed last, by the clock of the machine;
 *     kept as the file's modification time
 */
public record StoredFile(Key key, long bytes, Instant usedAt) {}
