package io.dinofs.integration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that runs once on each {@link Frontend}, or on the one that {@code
 * -Ddinofs.fuse=jnr|kernel} names.
 *
 * <p>A frontend that this machine lacks something for is skipped; with {@code
 * DINOFS_REQUIRE_FUSE=1} its tests fail.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(Frontends.class)
@interface OnEachFrontend {}
