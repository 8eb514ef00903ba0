package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.Errno;
import io.dinofs.fuse.Guard;
import io.dinofs.fuse.Interruption;
import io.dinofs.fuse.RequestThreads;
import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.Waiting;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.FileSystem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread's way to the kernel: one request and its answer, then the next one in the same memory.
 *
 * <p>What is got from it, buffers above all, is valid until the request is answered.
 */
final class Exchange implements RequestThreads.Worker {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final Connection connection;
  private final Device device;
  private final Request request = new Request(Connection.MAX_REQUEST_BYTES);
  private final Reply reply = new Reply(Connection.MAX_REQUEST_BYTES);
  private final CacheTicket ticket;
  private final Interruption interruption;

  /** The inodes that the answer names, each as often as it does. */
  private final List<InodeId> counted = new ArrayList<>();

  /** The guarded call of {@link #handler}; here so that it is not made for each request. */
  private final Guard.Operation handling = this::handle;

  private RequestTable.Handler handler;
  private Guard.Operation undo;
  private boolean answeredElsewhere;
  private int requestBytes;

  /** Whether the thread that uses this is known to be interruptible. */
  private boolean gated;

  Exchange(Connection connection, Device device) {
    this.connection = connection;
    this.device = device;
    ticket = connection.newTicket();
    interruption = connection.interruptions().newThread();
  }

  @Override
  public boolean receive() {
    if (!gated) {
      Waiting.setGate(interruption);
      gated = true;
    }
    requestBytes = device.read(request.buffer());
    return requestBytes > 0;
  }

  @Override
  public void serve() {
    if (!request.accept(requestBytes)) {
      log.error("the kernel has sent {} bytes that are no request", requestBytes);
      return;
    }
    interruption.begin(request.unique());
    ticket.begin(request.inode());
    try {
      serveRequest();
    } finally {
      ticket.end();
      interruption.end();
    }
  }

  @Override
  public String served() {
    Opcode opcode = request.opcode();
    return opcode == null ? null : opcode.logName();
  }

  @Override
  public void close() {
    Waiting.setGate(null);
    connection.interruptions().remove(interruption);
    device.close();
  }

  private void serveRequest() {
    reply.begin();
    counted.clear();
    undo = null;
    Opcode opcode = request.opcode();
    answeredElsewhere = false;
    int errno = run(opcode);
    if (answeredElsewhere || (opcode != null && !opcode.isAnswered())) {
      return;
    }
    if (errno != Errno.OK) {
      undo();
    }
    int length = reply.finish(request.unique(), errno);
    interruption.end();
    connection.policy().settle();
    int refusal = device.write(reply.buffer(), length);
    if (refusal != Errno.OK && errno == Errno.OK) {
      undo();
    }
    if (refusal != Errno.OK && refusal != Errno.ENOENT && refusal != Errno.ENODEV) {
      log.error("the kernel does not take an answer to {}: errno {}", opcode, refusal);
    }
  }

  private int run(Opcode opcode) {
    handler = connection.table().handler(opcode);
    if (handler == null) {
      return connection.table().refusal(opcode);
    }
    return request.isComplete() ? Guard.run(opcode.logName(), handling) : Errno.EINVAL;
  }

  private void handle() throws DinofsException {
    connection.squashed().check(request);
    handler.handle(this);
  }

  /** The kernel will never release or forget what the answer would have told it. */
  private void undo() {
    for (InodeId inode : counted) {
      connection.lookups().subtract(inode, 1);
    }
    counted.clear();
    if (undo != null) {
      Guard.run(request.opcode().logName() + " (undone)", undo);
    }
  }

  /** See {@link InitRequest#mapsDirectFiles}. */
  boolean mapsDirectFiles() {
    return connection.init().mapsDirectFiles();
  }

  Request request() {
    return request;
  }

  /** Who asks, with a umask that is still to be applied. */
  Caller caller(int umask) {
    return connection.squashed().caller(request, umask);
  }

  /** See {@link SquashedRequests#permitted}. */
  AttributeChange permitted(AttributeChange change, boolean byHandle) throws DinofsException {
    return connection.squashed().permitted(request, change, byHandle);
  }

  /** The inode that the request is about; for requests about a name, its directory. */
  InodeId inode() {
    return request.inode();
  }

  /** Takes the body of the answer. */
  ByteBuffer body() {
    return reply.body();
  }

  /** Takes the body of the answer, of at most {@code bytes}. */
  ByteBuffer body(int bytes) {
    return reply.body(bytes);
  }

  CacheTicket ticket() {
    return ticket;
  }

  /**
   * The handler sees to it that the request is answered once, now or later, whatever it throws:
   * with what this returns, by any thread, with an errno and no body.
   */
  IntConsumer answerElsewhere() {
    answeredElsewhere = true;
    long unique = request.unique();
    Device way = device.retain();
    return errno -> {
      Reply late = new Reply(0);
      late.begin();
      int refusal = way.write(late.buffer(), late.finish(unique, errno));
      way.close();
      if (refusal != Errno.OK) {
        log.debug("nobody waits any more for the answer to a request: errno {}", refusal);
      }
    };
  }

  /** Answers that {@code name} in the request's directory is {@code node}. */
  void answerEntry(Name name, FileSystem.Node node) {
    entry(body(), node, ticket.name(inode(), name));
  }

  /** As {@link #answerEntry}, after a request that makes a name, and the inode unless it is old. */
  void answerMade(Name name, FileSystem.Node node) {
    if (!node.isNew()) {
      answerEntryOfOld(name, node);
      return;
    }
    ticket.asOf(node.madeBy());
    count(node.inode());
    Answers.entry(
        body(),
        node.inode(),
        node.attributes(),
        ticket.name(inode(), name),
        ticket.newAttributes(node.inode()));
  }

  /**
   * As {@link #answerEntry}, for an inode that the kernel may know already. It takes attributes
   * from such an answer whatever it was told since they were looked at, so they do not hold.
   */
  void answerEntryOfOld(Name name, FileSystem.Node node) {
    count(node.inode());
    Answers.entry(
        body(), node.inode(), node.attributes(), ticket.name(inode(), name), Validity.NONE);
  }

  /** Writes an entry, which the kernel will count. */
  void entry(ByteBuffer out, FileSystem.Node node, Validity nameHolds) {
    count(node.inode());
    Answers.entry(out, node.inode(), node.attributes(), nameHolds, ticket.attributes(node.inode()));
  }

  /** Answers with attributes of the request's inode. */
  void answerAttributes(Attributes attributes) {
    Answers.attributesAnswer(body(), inode(), attributes, ticket.attributes(inode()));
  }

  /**
   * Answers with attributes that the request has changed. The kernel takes them whatever it was
   * told since they were looked at, so they do not hold.
   */
  void answerChangedAttributes(Attributes attributes) {
    Answers.attributesAnswer(body(), inode(), attributes, Validity.NONE);
  }

  private void count(InodeId inode) {
    connection.lookups().add(inode);
    counted.add(inode);
  }

  /**
   * What to do if the answer is not given, or the kernel does not take it because the system call
   * was interrupted: it then never releases what the answer opened.
   */
  void ifNotTaken(Guard.Operation operation) {
    undo = operation;
  }
}
