package io.dinofs.integration;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * @see OnEachFrontend
 */
final class Frontends implements ClassTemplateInvocationContextProvider {
  private static final Namespace NAMESPACE = Namespace.create(Frontends.class);

  /** The one that the tests of {@code context} run on. */
  static Frontend of(ExtensionContext context) {
    return context.getStore(NAMESPACE).get(Frontend.class, Frontend.class);
  }

  @Override
  public boolean supportsClassTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<Invocation> provideClassTemplateInvocationContexts(ExtensionContext context) {
    String only = System.getProperty("dinofs.fuse", "");
    boolean anyWillDo = BelowTheFrontend.class.isAssignableFrom(context.getRequiredTestClass());
    List<Frontend> chosen =
        Arrays.stream(Frontend.values())
            .filter(frontend -> only.isEmpty() || frontend.toString().equals(only))
            .filter(frontend -> !only.isEmpty() || !anyWillDo || frontend == Frontend.KERNEL)
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("there is no frontend " + only);
    }
    return chosen.stream().map(Invocation::new);
  }

  /** All tests of a class, on one frontend. */
  record Invocation(Frontend frontend) implements ClassTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return frontend.toString();
    }

    @Override
    public void prepareInvocation(ExtensionContext context) {
      context.getStore(NAMESPACE).put(Frontend.class, frontend);
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new FuseCondition(frontend));
    }
  }

  /** Skips what this machine cannot run, or refuses to. */
  private record FuseCondition(Frontend frontend) implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Optional<String> lack = frontend.lack();
      if (lack.isEmpty()) {
        return ConditionEvaluationResult.enabled("FUSE is there");
      }
      if ("1".equals(System.getenv("DINOFS_REQUIRE_FUSE"))) {
        throw new IllegalStateException("DINOFS_REQUIRE_FUSE=1, but " + lack.get());
      }
      return ConditionEvaluationResult.disabled("no FUSE: " + lack.get());
    }
  }
}
