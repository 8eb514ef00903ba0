package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.Guard;
import io.dinofs.fuse.Interruption;
import io.dinofs.fuse.MountOptions;
import io.dinofs.fuse.RequestThreads;
import io.dinofs.fuse.linux.Native;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.Waiting;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.Caller;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One request and its answer; used by one thread for one request after the other.
 *
 * <p>What is got from it, buffers above all, is valid until the request is answered.
 */
final class Exchange implements RequestThreads.Worker {
  /** The header of a write, and the longest request without data: two names of a rename. */
  private static final int REQUEST_BYTES = MountOptions.MAX_REQUEST_BYTES + 4096;

  /** More than a name may have, so that one that is too long is seen to be. */
  private static final int MAX_STRING_BYTES = 4096;

  private final LibFuse fuse;
  private final Session session;
  private final ByteBuffer request = Native.allocate(REQUEST_BYTES);
  private final long requestAddress = Native.addressOf(request);
  private final ByteBuffer answer = Native.allocate(MountOptions.MAX_REQUEST_BYTES);
  private final long answerAddress = Native.addressOf(answer);

  private int requestLength;
  private Guard.Operation undo;
  private boolean answeredElsewhere;

  private final Interruption interruption;

  /** The request that is to be answered here and may be interrupted; 0 for none. */
  private long interruptible;

  /** Whether the thread that uses this is known to be interruptible. */
  private boolean gated;

  /** What libfuse has called back for; null for what it answers itself. */
  private String served;

  Exchange(LibFuse fuse, Session session) {
    this.fuse = fuse;
    this.session = session;
    interruption = session.interruptions().newThread();
  }

  /** Lets libfuse tell of an interrupt, from the first time on that a request waits. */
  private final class Gate implements Waiting.Gate {
    @Override
    public void open() {
      if (interruptible != 0) {
        fuse.fuse_req_interrupt_func(interruptible, session.interrupt(), 0);
      }
      interruption.open();
    }

    @Override
    public void close() {
      interruption.close();
    }
  }

  static int requestBytes() {
    return REQUEST_BYTES;
  }

  @Override
  public boolean receive() {
    if (!gated) {
      Waiting.setGate(new Gate());
      gated = true;
    }
    requestLength = session.receive(requestAddress, REQUEST_BYTES);
    return requestLength > 0;
  }

  @Override
  public void serve() {
    served = null;
    session.process(requestAddress, requestLength);
  }

  @Override
  public String served() {
    return served;
  }

  @Override
  public void close() {
    Waiting.setGate(null);
    session.interruptions().remove(interruption);
    // The buffers are freed when they are collected.
  }

  /** A handler of requests: fills the answer, or throws. */
  @FunctionalInterface
  interface Handler {
    void handle(Exchange exchange) throws DinofsException;
  }

  /** Handles a request in the thread that libfuse calls back in. */
  static void serve(String operation, long requestId, Handler handler) {
    ((Exchange) RequestThreads.currentWorker()).serveHere(operation, requestId, handler);
  }

  /** Handles the request and answers it, exactly once, unless that is done elsewhere. */
  private void serveHere(String operation, long requestId, Handler handler) {
    served = operation;
    answer.clear();
    undo = null;
    answeredElsewhere = false;
    interruption.begin(requestId);
    interruptible = requestId;
    int errno = Guard.run(operation, () -> handler.handle(this));
    interruptible = 0; // it is freed with its answer
    interruption.end();
    if (answeredElsewhere) {
      return;
    }
    int refusal =
        errno == Errno.OK
            ? fuse.fuse_reply_buf(requestId, answerAddress, answer.position())
            : fuse.fuse_reply_err(requestId, errno);
    if (undo != null && (errno != Errno.OK || refusal != 0)) {
      Guard.run(operation + " (undone)", undo);
    }
  }

  /** Takes the body of the answer, at most {@link MountOptions#MAX_REQUEST_BYTES}. */
  ByteBuffer answer() {
    return answer;
  }

  /**
   * What to do if the answer is not given, or the kernel does not take it because the system call
   * was interrupted: it then never releases what the answer opened.
   */
  void ifNotTaken(Guard.Operation operation) {
    undo = operation;
  }

  /** The handler sees to it that the request is answered, now or later, whatever it throws. */
  void answerElsewhere() {
    answeredElsewhere = true;
    interruptible = 0;
  }

  /** Who asks, or counts as who asks. */
  Caller caller(long requestId) {
    long context = fuse.fuse_req_ctx(requestId);
    return session
        .squashing()
        .of(
            new Caller(
                Native.MEMORY.getInt(context),
                Native.MEMORY.getInt(context + 4),
                Native.MEMORY.getInt(context + 8),
                Native.MEMORY.getInt(context + 12)));
  }

  /** See {@link Squashing#require}. */
  void require(long requestId, Squashing.Check check) throws DinofsException {
    session.squashing().require(caller(requestId), check);
  }

  /** See {@link Squashing#permitted}. */
  AttributeChange permitted(Caller caller, InodeId inode, AttributeChange change, boolean opened)
      throws DinofsException {
    return session.squashing().permitted(caller, inode, change, opened);
  }

  /**
   * The name at {@code address}.
   *
   * @throws DinofsException NAME_TOO_LONG, INVALID
   */
  static Name name(long address) throws DinofsException {
    Bytes bytes = string(address);
    if (bytes.length() > Name.MAX_BYTES) {
      throw new DinofsException(ErrorKind.NAME_TOO_LONG, "a name of " + bytes.length() + " bytes");
    }
    try {
      return new Name(bytes);
    } catch (IllegalArgumentException e) {
      throw new DinofsException(ErrorKind.INVALID, e.getMessage(), e);
    }
  }

  /** The bytes at {@code address} up to the first NUL. */
  static Bytes string(long address) {
    return Bytes.wrap(Native.MEMORY.getZeroTerminatedByteArray(address, MAX_STRING_BYTES));
  }

  /** The bytes at {@code address}, which is one in the request, without a copy. */
  ByteBuffer data(long address, long bytes) {
    int offset = Math.toIntExact(address - requestAddress);
    return request.slice(offset, Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }
}
