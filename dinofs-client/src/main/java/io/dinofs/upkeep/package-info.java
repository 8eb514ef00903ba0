/**
 * What keeps a volume in order: {@link io.dinofs.upkeep.GarbageCollector} deletes blobs that no
 * volume needs, {@link io.dinofs.upkeep.VolumeCheck} finds and repairs what is wrong. Both read the
 * volume as of one commit while it is in use, in tens of bytes of heap for each inode and blob, and
 * know stores but no network.
 */
package io.dinofs.upkeep;
