package io.dinofs.integration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * @see RequiresFuse
 */
final class FuseCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> lack = lack();
    if (lack.isEmpty()) {
      return ConditionEvaluationResult.enabled("FUSE is there");
    }
    if ("1".equals(System.getenv("DINOFS_REQUIRE_FUSE"))) {
      throw new IllegalStateException("DINOFS_REQUIRE_FUSE=1, but " + lack.get());
    }
    return ConditionEvaluationResult.disabled("no FUSE: " + lack.get());
  }

  private static Optional<String> lack() {
    Path device = Path.of("/dev/fuse");
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      return Optional.of("there is no /dev/fuse that this user may use");
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    if (Arrays.stream(path.split(":"))
        .noneMatch(d -> Files.isExecutable(Path.of(d, "fusermount")))) {
      return Optional.of("there is no fusermount in the PATH; its package is fuse or fuse3");
    }
    return Optional.empty();
  }
}
