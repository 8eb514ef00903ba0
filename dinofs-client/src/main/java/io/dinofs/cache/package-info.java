/**
 * The metadata cache: a {@link io.dinofs.cache.CachingVersionedStore} over the remote store.
 *
 * <p>{@link io.dinofs.cache.CoherentCache} holds a part of the volume as it is at one commit.
 * Pushes ({@link io.dinofs.cache.PushRelay}) move it on commit by commit. Answers ({@link
 * io.dinofs.cache.Fetcher}) add to the part that is known; where a push was newer than the answer,
 * the answer yields ({@link io.dinofs.cache.PushLog}). {@link io.dinofs.cache.Currency} says
 * whether it may be read.
 *
 * <p>Threads: readers take an optimistic stamp of one {@code StampedLock}; everything that changes
 * takes its write lock, for work in memory only. No lock is held while the store below is called,
 * but for the making of a subscription.
 */
package io.dinofs.cache;
