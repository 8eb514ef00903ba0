package io.dinofs.fuse.jnr;

import io.dinofs.fuse.jnr.LowLevelCallbacks.Access;
import io.dinofs.fuse.jnr.LowLevelCallbacks.Allocate;
import io.dinofs.fuse.jnr.LowLevelCallbacks.Create;
import io.dinofs.fuse.jnr.LowLevelCallbacks.Flock;
import io.dinofs.fuse.jnr.LowLevelCallbacks.GetLock;
import io.dinofs.fuse.jnr.LowLevelCallbacks.GetXattr;
import io.dinofs.fuse.jnr.LowLevelCallbacks.Link;
import io.dinofs.fuse.jnr.LowLevelCallbacks.ListXattrs;
import io.dinofs.fuse.jnr.LowLevelCallbacks.MakeDirectory;
import io.dinofs.fuse.jnr.LowLevelCallbacks.MakeNode;
import io.dinofs.fuse.jnr.LowLevelCallbacks.MakeSymlink;
import io.dinofs.fuse.jnr.LowLevelCallbacks.OfFile;
import io.dinofs.fuse.jnr.LowLevelCallbacks.OfInode;
import io.dinofs.fuse.jnr.LowLevelCallbacks.OfName;
import io.dinofs.fuse.jnr.LowLevelCallbacks.Read;
import io.dinofs.fuse.jnr.LowLevelCallbacks.Rename;
import io.dinofs.fuse.jnr.LowLevelCallbacks.SetAttributes;
import io.dinofs.fuse.jnr.LowLevelCallbacks.SetLock;
import io.dinofs.fuse.jnr.LowLevelCallbacks.SetXattr;
import io.dinofs.fuse.jnr.LowLevelCallbacks.Sync;
import io.dinofs.fuse.jnr.LowLevelCallbacks.Write;
import io.dinofs.fuse.linux.Native;
import jnr.ffi.BaseStruct;
import jnr.ffi.Struct;

/**
 * {@code struct fuse_lowlevel_ops} of libfuse 2.9. libfuse answers ENOSYS for what is not set, and
 * the kernel then does not ask again, which is right for these: access (set only if the kernel does
 * not check permissions), bmap, ioctl, poll. What is set must stay reachable while the session
 * lives.
 */
final class LowLevelOperations extends BaseStruct {
  /** How many functions the struct has. */
  static final int FUNCTIONS = 41;

  final Pointer init = new Pointer();
  final Pointer destroy = new Pointer();
  final Func<OfName> lookup = func(OfName.class);
  final Pointer forget = new Pointer();
  final Func<OfFile> getattr = func(OfFile.class);
  final Func<SetAttributes> setattr = func(SetAttributes.class);
  final Func<OfInode> readlink = func(OfInode.class);
  final Func<MakeNode> mknod = func(MakeNode.class);
  final Func<MakeDirectory> mkdir = func(MakeDirectory.class);
  final Func<OfName> unlink = func(OfName.class);
  final Func<OfName> rmdir = func(OfName.class);
  final Func<MakeSymlink> symlink = func(MakeSymlink.class);
  final Func<Rename> rename = func(Rename.class);
  final Func<Link> link = func(Link.class);
  final Func<OfFile> open = func(OfFile.class);
  final Func<Read> read = func(Read.class);
  final Func<Write> write = func(Write.class);
  final Func<OfFile> flush = func(OfFile.class);
  final Func<OfFile> release = func(OfFile.class);
  final Func<Sync> fsync = func(Sync.class);
  final Func<OfFile> opendir = func(OfFile.class);
  final Func<Read> readdir = func(Read.class);
  final Func<OfFile> releasedir = func(OfFile.class);
  final Func<Sync> fsyncdir = func(Sync.class);
  final Func<OfInode> statfs = func(OfInode.class);
  final Func<SetXattr> setxattr = func(SetXattr.class);
  final Func<GetXattr> getxattr = func(GetXattr.class);
  final Func<ListXattrs> listxattr = func(ListXattrs.class);
  final Func<OfName> removexattr = func(OfName.class);
  final Func<Access> access = func(Access.class);
  final Func<Create> create = func(Create.class);
  final Func<GetLock> getlk = func(GetLock.class);
  final Func<SetLock> setlk = func(SetLock.class);
  final Pointer bmap = new Pointer();
  final Pointer ioctl = new Pointer();
  final Pointer poll = new Pointer();
  final Pointer writeBuf = new Pointer();
  final Pointer retrieveReply = new Pointer();
  final Pointer forgetMulti = new Pointer();
  final Func<Flock> flock = func(Flock.class);
  final Func<Allocate> fallocate = func(Allocate.class);

  LowLevelOperations() {
    super(Native.RUNTIME);
    // Left to itself a struct lies in the Java heap until it is passed to a native function.
    useMemory(Native.RUNTIME.getMemoryManager().allocateDirect(Struct.size(this), true));
  }

  /** Where the struct is; valid while this object is reachable. */
  long address() {
    return Struct.getMemory(this).address();
  }
}
