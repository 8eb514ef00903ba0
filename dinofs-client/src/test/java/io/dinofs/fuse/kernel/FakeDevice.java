package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The kernel's side: gives requests and keeps answers. For one thread. */
final class FakeDevice implements Device {
  private final Deque<byte[]> requests = new ArrayDeque<>();
  private final List<AnswerBytes> answers = new ArrayList<>();
  private int refusal = Errno.OK;

  void add(byte[] request) {
    requests.add(request);
  }

  /** From now on answers are refused with {@code errno}. */
  void refuse(int errno) {
    refusal = errno;
  }

  /** The answers since the last call. */
  List<AnswerBytes> takeAnswers() {
    List<AnswerBytes> taken = List.copyOf(answers);
    answers.clear();
    return taken;
  }

  @Override
  public int read(NativeBuffer request) {
    byte[] next = requests.poll();
    if (next == null) {
      return 0;
    }
    request.bytes().clear().put(next);
    return next.length;
  }

  @Override
  public int write(NativeBuffer answer, int bytes) {
    if (refusal == Errno.OK) {
      byte[] copy = new byte[bytes];
      answer.bytes().get(0, copy);
      answers.add(new AnswerBytes(ByteBuffer.wrap(copy)));
    }
    return refusal;
  }

  @Override
  public Device retain() {
    return this;
  }

  @Override
  public void close() {}
}
