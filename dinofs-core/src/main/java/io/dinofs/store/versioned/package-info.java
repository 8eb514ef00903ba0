/**
 * What every {@link io.dinofs.store.VersionedStore} engine does alike: which commit is accepted and
 * what it changes, what a new volume holds, who is told of a commit; and a versioned store over any
 * plain one.
 */
package io.dinofs.store.versioned;
