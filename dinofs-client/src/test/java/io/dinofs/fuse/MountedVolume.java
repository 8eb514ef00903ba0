package io.dinofs.fuse;

import io.dinofs.fuse.jnr.JnrFuseMount;
import io.dinofs.fuse.kernel.KernelFuseMount;
import io.dinofs.fuse.linux.LinuxMounts;
import io.dinofs.fuse.linux.LinuxProcess;
import io.dinofs.model.NodeId;
import io.dinofs.store.Key;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.WriteBack;
import io.dinofs.store.blob.ContentAddressedFileStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystemSettings;
import io.dinofs.vfs.VolumeFileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A program that mounts one volume, whose records are in memory, on several directories: each a
 * node without caches. It ends when all are unmounted.
 *
 * <p>A program of its own, since a process that serves a mount must not use it.
 */
public final class MountedVolume {
  static final String READY = "mounted";

  private MountedVolume() {}

  /**
   * @param arguments the frontend, {@code jnr} or {@code kernel}, a directory for contents, then
   *     the directories to mount on
   */
  public static void main(String[] arguments) throws Exception {
    LinuxMounts system = new LinuxMounts();
    List<FuseMount> mounts = new ArrayList<>();
    List<FileSystem> nodes = new ArrayList<>();
    try (VersionedStore records = new MemoryVersionedStore();
        DiskStore disk = DiskStore.open(Path.of(arguments[1]), Durability.PROCESS_CRASH_ONLY)) {
      StrictVolume volume = new StrictVolume(records);
      for (int i = 2; i < arguments.length; i++) {
        FileSystem node =
            new VolumeFileSystem(
                new VolumeFileSystem.Stores(
                    volume.node(),
                    new ContentAddressedFileStore(disk),
                    Optional.empty(),
                    new AlwaysPropagated(),
                    disk),
                Instant::now,
                NodeId.random(),
                FileSystemSettings.writeBack(
                    Duration.ofSeconds(10), Path.of(arguments[1]).resolveSibling("lost+found")));
        nodes.add(node);
        MountPoint mountPoint = MountPoint.check(Path.of(arguments[i]), system);
        MountOptions options = new MountOptions("dinofs:test", LinuxProcess.isRoot(), false);
        mounts.add(
            arguments[0].equals("kernel")
                ? KernelFuseMount.mount(node, mountPoint, options, system)
                : JnrFuseMount.mount(node, mountPoint, options, system));
      }
      System.out.println(READY);
      for (FuseMount mount : mounts) {
        mount.awaitEnd();
      }
      for (FileSystem node : nodes) {
        node.close();
      }
    }
  }

  /** All nodes share one blob store, so a blob is in its final place at once. */
  private static final class AlwaysPropagated implements WriteBack {
    @Override
    public void awaitPropagated(Collection<Key> keys, Duration limit) {}

    @Override
    public int pendingCount() {
      return 0;
    }
  }
}
