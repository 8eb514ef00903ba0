/**
 * A fast store and a slow one as one: puts go to the fast one and are propagated in the background,
 * gets are filled from the slow one.
 *
 * <p>The way of a put: {@link io.dinofs.store.paired.PendingSet} (so that a killed process knows
 * what to go on with), the fast store, the propagation queue; and later, on an uploader's thread,
 * the slow store, and out of the pending set again.
 *
 * <p>No store is called under a lock. What has to be exclusive for one key (a fill from the slow
 * store and a put; the removal from the pending set and a put; an eviction and a put) is so by that
 * key's state in {@code Fetches} and {@code PropagationQueue}, for which a put waits. A thread that
 * has entered a key in both has entered it in {@code Fetches} first.
 */
package io.dinofs.store.paired;
