package io.dinofs.fuse.jnr;

/**
 * What is used of {@code libfuse.so.2}, with the names and meanings of its {@code fuse_lowlevel.h}.
 * Addresses are longs: this is for 64-bit machines.
 *
 * <p>Public because the code that calls it is generated in another class loader.
 */
@SuppressWarnings("checkstyle:MethodName")
public interface LibFuse {
  /** Mounts and returns a channel, or 0 after it has written the reason to stderr. */
  long fuse_mount(byte[] mountPoint, long args);

  /** Returns a session, or 0. */
  long fuse_lowlevel_new(long args, long operations, long operationsBytes, long userData);

  /** Makes a channel with own functions; 0 if there is no memory. */
  long fuse_chan_new(long functions, int fd, long bufferBytes, long data);

  int fuse_chan_fd(long channel);

  void fuse_session_add_chan(long session, long channel);

  /** Handles one request: calls back, in this thread. */
  void fuse_session_process(long session, long request, long requestBytes, long channel);

  /** Gives back session and channel, and closes the channel's descriptor. */
  void fuse_session_destroy(long session);

  /** Answers and forgets the request; 0 or a negative errno, -ENOENT if it was interrupted. */
  int fuse_reply_buf(long request, long body, long bodyBytes);

  /** Answers with a positive errno, or 0, and forgets the request. */
  int fuse_reply_err(long request, int errno);

  /** The address of {@code struct fuse_ctx}: uid, gid, pid and umask, 32 bits each. */
  long fuse_req_ctx(long request);

  /**
   * Has {@code function} called, at once or later, when the process that waits was interrupted, as
   * long as the request is not answered.
   */
  void fuse_req_interrupt_func(long request, LowLevelCallbacks.Interrupt function, long data);
}
