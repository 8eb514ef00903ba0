package io.dinofs.integration;

import static io.dinofs.integration.Posix.F_GETLK;
import static io.dinofs.integration.Posix.F_OFD_SETLK;
import static io.dinofs.integration.Posix.F_RDLCK;
import static io.dinofs.integration.Posix.F_SETLK;
import static io.dinofs.integration.Posix.F_SETLKW;
import static io.dinofs.integration.Posix.F_UNLCK;
import static io.dinofs.integration.Posix.F_WRLCK;
import static io.dinofs.integration.Posix.LOCK_EX;
import static io.dinofs.integration.Posix.LOCK_NB;
import static io.dinofs.integration.Posix.LOCK_SH;
import static io.dinofs.integration.Posix.LOCK_UN;
import static io.dinofs.integration.Posix.must;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Locks hold on all nodes. */
@OnEachFrontend
final class LocksIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b");

  private static final long WOULD_BLOCK = Posix.error(Errno.EAGAIN);

  private static ExecutorService threads;

  private final List<Long> opened = new ArrayList<>();
  private final Node a = CLUSTER.node("a");
  private final Node b = CLUSTER.node("b");
  private String file;

  @BeforeAll
  static void startThreads() {
    threads = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void endThreads() {
    threads.shutdownNow();
  }

  @BeforeEach
  void makeAFile(TestInfo test) throws IOException {
    file = test.getTestMethod().orElseThrow().getName();
    Files.writeString(a.path(file), "contents");
  }

  @AfterEach
  void closeFiles() {
    opened.forEach(Posix::close);
  }

  private long open(Node node, int flags) throws IOException {
    long fd = must(Posix.open(node.file(file), flags));
    opened.add(fd);
    return fd;
  }

  private long open(Node node) throws IOException {
    return open(node, Posix.O_RDWR);
  }

  private static CompletableFuture<Long> inBackground(Supplier<Long> call) {
    return CompletableFuture.supplyAsync(call, threads);
  }

  private static long result(CompletableFuture<Long> call) throws Exception {
    return call.get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static long lockAll(long fd, int command, int type) {
    return Posix.lock(fd, command, type, 0, 0);
  }

  @Test
  void flockOnOneNodeExcludesTheOther() throws Exception {
    for (List<Node> pair : List.of(List.of(a, b), List.of(b, a))) {
      long here = open(pair.get(0));
      long there = open(pair.get(1));
      must(Posix.flock(here, LOCK_SH));
      must(Posix.flock(there, LOCK_SH | LOCK_NB));
      assertEquals(WOULD_BLOCK, Posix.flock(there, LOCK_EX | LOCK_NB));
      must(Posix.flock(here, LOCK_EX)); // which the other has lost with its attempt
      assertEquals(WOULD_BLOCK, Posix.flock(there, LOCK_SH | LOCK_NB));
      must(Posix.flock(here, LOCK_UN));
      must(Posix.flock(there, LOCK_EX | LOCK_NB));
      must(Posix.flock(there, LOCK_UN));
    }
  }

  @Test
  void flockEndsWithTheLastDescriptor() throws Exception {
    long here = open(a);
    long there = open(b);
    must(Posix.flock(here, LOCK_EX));
    assertEquals(WOULD_BLOCK, Posix.flock(there, LOCK_EX | LOCK_NB));
    CompletableFuture<Long> waiting = inBackground(() -> Posix.flock(there, LOCK_EX));
    must(Posix.close(here));
    assertEquals(0, result(waiting));
  }

  @Test
  void rangesOfFcntlExcludeEachOther() throws Exception {
    for (List<Node> pair : List.of(List.of(a, b), List.of(b, a))) {
      long here = open(pair.get(0));
      long there = open(pair.get(1));
      must(Posix.lock(here, F_SETLK, F_WRLCK, 100, 100));
      assertEquals(WOULD_BLOCK, Posix.lock(there, F_SETLK, F_RDLCK, 199, 1));
      must(Posix.lock(there, F_SETLK, F_WRLCK, 200, 0));
      must(Posix.lock(here, F_SETLK, F_UNLCK, 150, 10));
      must(Posix.lock(there, F_SETLK, F_WRLCK, 150, 10));
      assertEquals(WOULD_BLOCK, Posix.lock(here, F_SETLK, F_RDLCK, 140, 20));
      must(lockAll(here, F_SETLK, F_UNLCK));
      must(lockAll(there, F_SETLK, F_UNLCK));
    }
  }

  @Test
  void theLockInTheWayIsTold() throws Exception {
    long here = open(a);
    long there = open(b);
    must(Posix.lock(here, F_SETLK, F_WRLCK, 10, 5));
    ByteBuffer wanted = Posix.lockOf(F_RDLCK, 0, 0);
    must(Posix.lock(there, F_GETLK, wanted));
    assertEquals(F_WRLCK, wanted.getShort(0));
    assertEquals(10, wanted.getLong(8));
    assertEquals(5, wanted.getLong(16));
    assertEquals(0, wanted.getInt(24)); // a process of another machine has no number here
    wanted = Posix.lockOf(F_RDLCK, 15, 0);
    must(Posix.lock(there, F_GETLK, wanted));
    assertEquals(F_UNLCK, wanted.getShort(0));
  }

  @Test
  void aProcessOfTheSameNodeIsToldByItsNumber() throws Exception {
    for (Node node : List.of(a, b)) {
      try (LockHolder holder = LockHolder.of(node.path(file))) {
        ByteBuffer wanted = Posix.lockOf(F_RDLCK, 0, 0);
        must(Posix.lock(open(node), F_GETLK, wanted));
        assertEquals(holder.pid(), wanted.getInt(24));
      }
    }
  }

  @Test
  void aWaitEndsWhenTheLockIsGivenUp() throws Exception {
    for (List<Node> pair : List.of(List.of(a, b), List.of(b, a))) {
      long here = open(pair.get(0));
      long there = open(pair.get(1));
      must(lockAll(here, F_SETLK, F_WRLCK));
      CompletableFuture<Long> waiting = inBackground(() -> lockAll(there, F_SETLKW, F_WRLCK));
      assertEquals(WOULD_BLOCK, lockAll(there, F_SETLK, F_RDLCK));
      assertFalse(waiting.isDone());
      must(lockAll(here, F_SETLK, F_UNLCK));
      assertEquals(0, result(waiting));
      assertEquals(WOULD_BLOCK, lockAll(here, F_SETLK, F_WRLCK));
      must(lockAll(there, F_SETLK, F_UNLCK));
    }
  }

  @Test
  void closingAnyDescriptorGivesUpTheLocksOfAProcess() throws Exception {
    for (List<Node> pair : List.of(List.of(a, b), List.of(b, a))) {
      long here = open(pair.get(0));
      long another = open(pair.get(0), Posix.O_RDONLY);
      long there = open(pair.get(1));
      must(lockAll(here, F_SETLK, F_WRLCK));
      assertEquals(WOULD_BLOCK, lockAll(there, F_SETLK, F_RDLCK));
      must(Posix.close(another));
      must(lockAll(there, F_SETLK, F_WRLCK));
      must(lockAll(there, F_SETLK, F_UNLCK));
    }
  }

  @Test
  void locksOfAnOpenFileDescriptionEndWithItAndNotWithAnother() throws Exception {
    for (List<Node> pair : List.of(List.of(a, b), List.of(b, a))) {
      long here = open(pair.get(0));
      long another = open(pair.get(0));
      long there = open(pair.get(1));
      must(lockAll(here, F_OFD_SETLK, F_WRLCK));
      assertEquals(WOULD_BLOCK, lockAll(another, F_OFD_SETLK, F_RDLCK));
      must(Posix.close(another));
      assertEquals(WOULD_BLOCK, lockAll(there, F_OFD_SETLK, F_RDLCK));
      CompletableFuture<Long> waiting = inBackground(() -> lockAll(there, F_SETLKW, F_WRLCK));
      must(Posix.close(here));
      assertEquals(0, result(waiting));
      must(lockAll(there, F_SETLK, F_UNLCK));
    }
  }

  @Test
  void theLockOfAKilledProcessIsFree() throws Exception {
    for (List<Node> pair : List.of(List.of(a, b), List.of(b, a))) {
      long there = open(pair.get(1));
      LockHolder holder = LockHolder.of(pair.get(0).path(file));
      assertEquals(WOULD_BLOCK, lockAll(there, F_SETLK, F_RDLCK));
      CompletableFuture<Long> waiting = inBackground(() -> lockAll(there, F_SETLKW, F_WRLCK));
      holder.close();
      assertEquals(0, result(waiting));
      must(lockAll(there, F_SETLK, F_UNLCK));
    }
  }

  @Test
  void aProcessThatWaitsCanBeKilledAndInterrupted() throws Exception {
    must(Posix.flock(open(a), LOCK_EX));
    for (Node node : List.of(a, b)) {
      for (int signal : new int[] {Posix.SIGKILL, Posix.SIGTERM}) {
        Process waiting =
            new ProcessBuilder("flock", "-x", node.path(file).toString(), "true").start();
        await().until(() -> isWaiting(waiting.pid()));
        Posix.kill(waiting.pid(), signal);
        assertTrue(waiting.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
    }
    assertEquals(WOULD_BLOCK, Posix.flock(open(b), LOCK_SH | LOCK_NB));
  }

  /** Whether the program runs, and sleeps in its system call. */
  private static boolean isWaiting(long pid) throws IOException {
    Path process = Path.of("/proc/" + pid);
    return Files.readString(process.resolve("comm")).equals("flock\n")
        && Files.readString(process.resolve("wchan")).contains("request_wait_answer");
  }

  @Test
  void aDeadlockBetweenNodesIsRefused() throws Exception {
    long here = open(a);
    long there = open(b);
    must(Posix.lock(here, F_SETLK, F_WRLCK, 0, 1));
    must(Posix.lock(there, F_SETLK, F_WRLCK, 1, 1));
    List<CompletableFuture<Long>> waits =
        List.of(
            inBackground(() -> Posix.lock(here, F_SETLKW, F_WRLCK, 1, 1)),
            inBackground(() -> Posix.lock(there, F_SETLKW, F_WRLCK, 0, 1)));
    await()
        .atMost(Program.PATIENCE)
        .until(() -> waits.stream().anyMatch(CompletableFuture::isDone));
    boolean first = waits.get(0).isDone();
    assertEquals(Posix.error(Errno.EDEADLK), result(waits.get(first ? 0 : 1)));
    must(lockAll(first ? here : there, F_SETLK, F_UNLCK));
    assertEquals(0, result(waits.get(first ? 1 : 0)));
  }

  @Test
  void whatWasWrittenUnderALockIsReadUnderTheNext() throws Exception {
    long here = open(a);
    long there = open(b);
    for (int i = 0; i < 50; i++) {
      long writer = i % 2 == 0 ? here : there;
      long reader = i % 2 == 0 ? there : here;
      must(lockAll(writer, F_SETLKW, F_WRLCK));
      byte[] text = "round %6d".formatted(i).getBytes(StandardCharsets.UTF_8);
      must(Posix.pwrite(writer, text, 0));
      must(lockAll(writer, F_SETLK, F_UNLCK));
      must(lockAll(reader, F_SETLKW, F_RDLCK));
      ByteBuffer read = ByteBuffer.allocate(text.length);
      must(Posix.pread(reader, read, 0));
      assertEquals(
          new String(text, StandardCharsets.UTF_8),
          new String(read.array(), 0, read.position(), StandardCharsets.UTF_8));
      must(lockAll(reader, F_SETLK, F_UNLCK));
    }
  }

  @Test
  void theLocksOfANodeThatDiesAreFreeWhenItsLeaseIsOver() throws Exception {
    Node dying = CLUSTER.node("dying");
    dying.start();
    long there = open(b);
    long held = must(Posix.open(dying.file(file), Posix.O_RDWR));
    must(Posix.flock(held, LOCK_EX));
    CompletableFuture<Long> waiting = inBackground(() -> Posix.flock(there, LOCK_EX));
    dying.kill();
    assertEquals(0, result(waiting));
    Posix.close(held);
  }

  @Test
  void whoLostItsLocksLearnsIt() throws Exception {
    Node silent = CLUSTER.node("silent");
    silent.start();
    long held = must(Posix.open(silent.file(file), Posix.O_RDWR));
    long unlocked = must(Posix.open(silent.file(file), Posix.O_RDWR));
    must(Posix.flock(held, LOCK_EX));
    long there = open(b);
    silent.program().signal(Posix.SIGSTOP);
    try {
      must(Posix.flock(there, LOCK_EX));
    } finally {
      silent.program().signal(Posix.SIGCONT);
    }
    byte[] text = {1};
    assertEquals(Posix.error(Errno.EIO), Posix.pwrite(held, text, 0));
    assertEquals(1, must(Posix.pwrite(unlocked, text, 0)));
    Posix.close(held);
    Posix.close(unlocked);
    long again = must(Posix.open(silent.file(file), Posix.O_RDWR));
    assertEquals(WOULD_BLOCK, Posix.flock(again, LOCK_EX | LOCK_NB));
    must(Posix.flock(there, LOCK_UN));
    must(Posix.flock(again, LOCK_EX | LOCK_NB));
    must(Posix.close(again));
    assertEquals(0, silent.unmount());
  }

  @Test
  void aRestartOfTheMetadataServerCostsNoLock() throws Exception {
    long here = open(a);
    long there = open(b);
    must(Posix.flock(here, LOCK_EX));
    must(lockAll(there, F_SETLK, F_WRLCK));
    CompletableFuture<Long> waiting = inBackground(() -> Posix.flock(there, LOCK_EX));
    CLUSTER.metadataServer().program().kill();
    CLUSTER.metadataServer().start();
    assertEquals(WOULD_BLOCK, lockAll(here, F_SETLK, F_RDLCK));
    assertFalse(waiting.isDone());
    must(Posix.flock(here, LOCK_UN));
    assertEquals(0, result(waiting));
  }

  @Test
  void localLocksHoldOnTheirNode() throws Exception {
    Node local = CLUSTER.node("local");
    local.start("--locks", "local");
    long here = open(local);
    long beside = open(local);
    must(Posix.flock(here, LOCK_EX));
    assertEquals(WOULD_BLOCK, Posix.flock(beside, LOCK_EX | LOCK_NB));
    must(Posix.flock(open(b), LOCK_EX | LOCK_NB));
    opened.forEach(Posix::close);
    opened.clear();
    assertEquals(0, local.unmount());
  }

  @Test
  void sqliteOnTwoNodesWritesInTurnAndAtOnce() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/sqlite3")), "sqlite3 is not installed");
    file = "database";
    sqlite(a, "create table t(who text, i integer)");
    for (int i = 0; i < 10; i++) {
      sqlite(i % 2 == 0 ? a : b, "insert into t values('turn', " + i + ")");
      assertEquals(
          String.valueOf(i + 1), sqlite(i % 2 == 0 ? b : a, "select count(*) from t").strip());
    }
    try (Race race = new Race()) {
      List<Integer> done = race.run(() -> insertMany(a, 25), () -> insertMany(b, 25));
      assertEquals(List.of(25, 25), done);
    }
    for (Node node : List.of(a, b)) {
      assertEquals("60", sqlite(node, "select count(*) from t").strip());
      assertEquals("ok", sqlite(node, "pragma integrity_check").strip());
    }
  }

  private int insertMany(Node node, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      sqlite(node, "insert into t values('at once', " + i + ")");
    }
    return count;
  }

  private String sqlite(Node node, String statement) throws Exception {
    Process process =
        new ProcessBuilder(
                "/usr/bin/sqlite3",
                "-cmd",
                ".timeout 50000",
                node.path(file).toString(),
                "pragma journal_mode=delete; " + statement)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
    assertNotEquals("", output);
    return output.replaceFirst("delete\\s", "");
  }
}
