package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.fuse.Errno;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that no kernel sends: none may end a thread, or be answered with a wrong size. */
final class MalformedRequestsTest {
  private static final int REQUESTS = 20_000;
  private static final int MAX_ERRNO = 4095;

  /** How much longer random requests go on. */
  private static final long FUZZ_SECONDS = Long.getLong("dinofs.fuzz.seconds", 0);

  private final Set<Long> waiting = new HashSet<>();
  private FakeKernel kernel;

  @BeforeEach
  void connect(@TempDir Path directory) throws DinofsException {
    kernel = new FakeKernel(directory);
    kernel.init();
  }

  @AfterEach
  void disconnect() throws DinofsException {
    kernel.close();
  }

  /** The size of a success's body; negative for one that has no fixed size. */
  private static int bodyBytes(Opcode opcode) {
    return switch (opcode) {
      case LOOKUP, MKNOD, MKDIR, SYMLINK, LINK -> 128;
      case CREATE, TMPFILE -> 144;
      case GETATTR, SETATTR -> 104;
      case OPEN, OPENDIR -> 16;
      case WRITE, COPY_FILE_RANGE, COPY_FILE_RANGE_64, LSEEK -> 8;
      case GETLK -> 24;
      case STATFS -> 80;
      case INIT -> 64;
      case READ, READDIR, READDIRPLUS, READLINK, GETXATTR, LISTXATTR -> -1;
      default -> 0;
    };
  }

  private void check(byte[] request, String what) {
    List<AnswerBytes> answers = new ArrayList<>(kernel.answers(request));
    Opcode opcode = request.length < 8 ? null : Opcode.of(intAt(request, 4));
    boolean answered = opcode == null || opcode.isAnswered();
    boolean readable =
        request.length >= Request.HEADER_BYTES && intAt(request, 0) == request.length;
    // A lock may have to wait for one that an earlier request took; so its answer may come later.
    boolean mayWait = opcode == Opcode.SETLKW;
    answers.removeIf(answer -> waiting.remove(answer.unique()));
    if (readable && mayWait && answers.isEmpty()) {
      waiting.add(ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()).getLong(8));
      return;
    }
    assertEquals(answered && readable ? 1 : 0, answers.size(), what + ": " + opcode);
    for (AnswerBytes answer : answers) {
      int errno = answer.errno();
      assertTrue(errno >= 0 && errno < MAX_ERRNO, what);
      if (opcode != Opcode.INIT) { // a kernel that is too old is refused so
        assertNotEquals(Errno.EIO, errno, () -> what + ": unexpected by " + opcode);
      }
      if (errno != Errno.OK) {
        assertEquals(Reply.HEADER_BYTES, answer.bytes().remaining(), what);
      } else if (opcode != null && bodyBytes(opcode) >= 0) {
        assertEquals(bodyBytes(opcode), answer.body().remaining(), what);
      }
    }
  }

  private static int intAt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(at);
  }

  private static void setLength(byte[] request) {
    ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()).putInt(0, request.length);
  }

  @Test
  void everyRequestCutShortAnywhereIsAnswered() {
    for (Opcode opcode : Opcode.values()) {
      byte[] whole =
          RequestBytes.of(opcode, 77, InodeId.ROOT)
              .fixed(opcode.fixedBytes())
              .string("name")
              .string("other")
              .toArray();
      for (int length = Request.HEADER_BYTES - 1; length <= whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        setLength(cut);
        check(cut, opcode + " of " + length + " bytes");
      }
    }
  }

  @Test
  void whatIsNotEvenAHeaderIsDropped() {
    for (int length = 1; length < Request.HEADER_BYTES; length++) {
      check(new byte[length], length + " bytes");
    }
  }

  @Test
  void aRequestWhoseLengthIsALieIsDropped() {
    byte[] request = RequestBytes.of(Opcode.STATFS, 77, InodeId.ROOT).toArray();
    request[0]++;
    check(request, "a request that says it is longer");
  }

  @Test
  void randomRequestsAreAnswered() {
    long seed = Long.getLong("dinofs.seed", System.nanoTime());
    Random random = new Random(seed);
    long end = System.nanoTime() + Duration.ofSeconds(FUZZ_SECONDS).toNanos();
    for (int i = 0; i < REQUESTS || System.nanoTime() < end; i++) {
      check(randomRequest(random), "seed " + seed + ", request " + i);
    }
  }

  /** Of a known operation as a rule, with small numbers here and there, since these mean things. */
  private static byte[] randomRequest(Random random) {
    Opcode[] opcodes = Opcode.values();
    Opcode opcode = opcodes[random.nextInt(opcodes.length)];
    int number = random.nextInt(50) == 0 ? random.nextInt() : opcode.number();
    InodeId inode = random.nextInt(4) == 0 ? new InodeId(random.nextLong()) : randomSmall(random);
    RequestBytes request = RequestBytes.of(number, random.nextLong(), inode);
    byte[] fixed = new byte[opcode.fixedBytes()];
    if (random.nextBoolean()) {
      random.nextBytes(fixed);
    } else {
      for (int at = 0; at < fixed.length; at += Integer.BYTES) {
        fixed[at] = (byte) random.nextInt(8);
      }
    }
    byte[] rest = new byte[random.nextInt(64)];
    random.nextBytes(rest);
    if (random.nextBoolean() && rest.length > 8) {
      rest[rest.length - 1] = 0;
      rest[3] = 0;
    }
    byte[] all = request.data(fixed).data(rest).toArray();
    if (random.nextInt(5) == 0) {
      all = Arrays.copyOf(all, Request.HEADER_BYTES + random.nextInt(all.length - 39));
      setLength(all);
    }
    return all;
  }

  private static InodeId randomSmall(Random random) {
    return new InodeId(1 + random.nextInt(20));
  }
}
