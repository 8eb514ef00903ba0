package io.dinofs.fuse;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skipped where there is no FUSE; fails there if {@code DINOFS_REQUIRE_FUSE=1}. */
@Target(ElementType.TYPE)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresFuse.Condition.class)
public @interface RequiresFuse {
  /** Looks for the device. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Path device = Path.of("/dev/fuse");
      if (Files.isReadable(device) && Files.isWritable(device)) {
        return ConditionEvaluationResult.enabled("FUSE is there");
      }
      String lack = "there is no /dev/fuse that this user may use";
      if ("1".equals(System.getenv("DINOFS_REQUIRE_FUSE"))) {
        throw new IllegalStateException("DINOFS_REQUIRE_FUSE=1, but " + lack);
      }
      return ConditionEvaluationResult.disabled("no FUSE: " + lack);
    }
  }
}
