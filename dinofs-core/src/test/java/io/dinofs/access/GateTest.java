package io.dinofs.access;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file of tokens lets in, and how that changes. */
final class GateTest {
  @TempDir Path directory;

  private static InetAddress address(int last) throws IOException {
    return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
  }

  private TokenFile file() {
    return new TokenFile(TokenFile.beside(directory.resolve("data")));
  }

  private static ErrorKind refusal(Gate gate, InetAddress from, String text) {
    CompletionException failed =
        assertThrows(CompletionException.class, () -> gate.prove(from, text).join());
    return assertInstanceOf(DinofsException.class, failed.getCause()).kind();
  }

  @Test
  void whereNoTokenWasEverAddedEverybodyIsLetIn() throws IOException {
    try (Gate gate = Gate.of(file())) {
      assertFalse(gate.isShut());
      assertSame(Grant.ANYBODY, gate.prove(address(1), "anything").join());
    }
    assertThrows(DinofsException.class, () -> Gate.required(file()));
  }

  @Test
  void theFirstTokenShutsARunningGateAndTheLastRevokedOneDoesNotOpenIt() throws IOException {
    AtomicInteger changes = new AtomicInteger();
    try (Gate gate = Gate.of(file())) {
      gate.onChange(changes::incrementAndGet);
      Secret secret = file().add("node1", Role.NODE);
      await().until(gate::isShut);
      assertFalse(gate.isInForce(Grant.ANYBODY));
      Grant grant = gate.prove(address(1), secret.reveal()).join();
      assertEquals(Role.NODE, grant.role());
      assertSame(grant, gate.prove(address(1), secret.reveal()).join(), "remembered");
      file().revoke("node1");
      await().until(() -> !gate.isInForce(grant));
      assertEquals(ErrorKind.ACCESS_DENIED, refusal(gate, address(1), secret.reveal()));
      await().until(() -> changes.get() == 2);
    }
    try (Gate gate = Gate.required(file())) {
      assertTrue(gate.isShut());
    }
  }

  @Test
  void aTokenThatIsMadeAnewIsAnotherOne() throws IOException {
    Secret before = file().add("node1", Role.ADMIN);
    assertThrows(DinofsException.class, () -> file().add("node1", Role.NODE));
    file().revoke("node1");
    Secret after = file().add("node1", Role.READ_ONLY);
    try (Gate gate = Gate.of(file())) {
      assertEquals(ErrorKind.ACCESS_DENIED, refusal(gate, address(1), before.reveal()));
      assertEquals(Role.READ_ONLY, gate.prove(address(2), after.reveal()).join().role());
    }
    assertEquals(
        List.of("node1 read-only"),
        file().list().stream().map(it -> it.node() + " " + it.role()).toList());
  }

  @Test
  void wrongOnesMakeTheirAddressWaitAndNoOther() throws IOException {
    Secret right = file().add("node1", Role.NODE);
    try (Gate gate = Gate.of(file())) {
      List<String> wrong =
          List.of(Secret.random("node1").reveal(), Secret.random("node2").reveal(), "", "x~y");
      for (int i = 0; i < wrong.size(); i++) {
        InetAddress from = address(10 + i);
        assertEquals(ErrorKind.ACCESS_DENIED, refusal(gate, from, wrong.get(i)));
        assertEquals(ErrorKind.UNAVAILABLE, refusal(gate, from, right.reveal()), "has to wait");
      }
      assertEquals("node1", gate.prove(address(3), right.reveal()).join().node());
    }
  }

  @Test
  void eachFailureDoublesTheWaitUpToHalfAMinute() throws IOException {
    AtomicLong now = new AtomicLong();
    FailedTries tries = new FailedTries(now::get);
    for (long expected : new long[] {250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 32_000}) {
      tries.failed(address(1));
      assertEquals(expected * 1_000_000, tries.waitNanos(address(1)));
    }
    now.addAndGet(32_000_000_000L);
    assertEquals(0, tries.waitNanos(address(1)));
    tries.succeeded(address(1));
    InetAddress one = InetAddress.getByName("2001:db8::1");
    tries.failed(one);
    assertTrue(tries.waitNanos(InetAddress.getByName("2001:db8::2")) > 0, "the same network");
    assertEquals(0, tries.waitNanos(InetAddress.getByName("2001:db8:0:1::1")));
  }

  @Test
  void aDamagedFileLeavesTheTokensBeforeInForceAndStopsANewServer() throws IOException {
    Secret secret = file().add("node1", Role.NODE);
    Path path = directory.resolve("data.tokens");
    try (Gate gate = Gate.of(file())) {
      Files.writeString(path, "damage");
      assertThrows(DinofsException.class, () -> Gate.of(file()));
      Files.delete(path);
      assertEquals("node1", gate.prove(address(1), secret.reveal()).join().node());
      assertTrue(gate.isShut());
    }
  }

  @Test
  void theFileIsItsOwnersAndHasNoToken() throws IOException {
    Secret secret = file().add("node1", Role.NODE);
    Path path = directory.resolve("data.tokens");
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(path));
    String text = Files.readString(path);
    assertFalse(text.contains(secret.bits()), text);
    assertTrue(text.contains("$2a$08$"), text);
    assertEquals("token of node1", secret.toString());
  }

  @Test
  void aNameIsPlain() {
    for (String wrong : List.of("", "a b", "a~b", "../a", "-a", "a".repeat(65), "\u00fc")) {
      assertThrows(IllegalArgumentException.class, () -> Secret.random(wrong), wrong);
    }
    assertEquals("a.b-C_9", Secret.parse(Secret.random("a.b-C_9").reveal()).node());
  }
}
