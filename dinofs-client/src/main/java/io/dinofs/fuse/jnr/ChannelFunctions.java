package io.dinofs.fuse.jnr;

import io.dinofs.fuse.linux.Native;
import jnr.ffi.BaseStruct;
import jnr.ffi.Struct;

/** {@code struct fuse_chan_ops} of libfuse 2.9; what is not set is NULL. */
final class ChannelFunctions extends BaseStruct {
  /** How many functions the struct has. */
  static final int FUNCTIONS = 3;

  final Pointer receive = new Pointer();
  final Func<LowLevelCallbacks.Send> send = func(LowLevelCallbacks.Send.class);
  final Pointer destroy = new Pointer();

  ChannelFunctions() {
    super(Native.RUNTIME);
    // Left to itself a struct lies in the Java heap until it is passed to a native function.
    useMemory(Native.RUNTIME.getMemoryManager().allocateDirect(Struct.size(this), true));
  }

  /** Where the struct is; valid while this object is reachable. */
  long address() {
    return Struct.getMemory(this).address();
  }
}
