/**
 * The programs together: real servers and real mounts, each a process of its own.
 *
 * <p>{@link io.dinofs.integration.Cluster} starts and ends them; {@link
 * io.dinofs.integration.Posix} makes the system calls that Java has no name for. Where there is no
 * FUSE the tests are skipped, unless {@code DINOFS_REQUIRE_FUSE=1} demands it.
 */
package io.dinofs.integration;
