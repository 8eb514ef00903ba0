package io.dinofs.integration;

/**
 * A class with {@link OnEachFrontend} whose tests are of what lies below the file system, which is
 * the same for all frontends: they run on one.
 */
interface BelowTheFrontend {}
