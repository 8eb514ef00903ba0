package io.dinofs.cache;

/**
 * What a {@link CachingVersionedStore} has done since it was opened.
 *
 * @param hits reads that were answered from memory
 * @param misses reads for which the store below was asked, or another read that asks it waited for
 * @param commits accepted commits of this node
 * @param stale refused ones, each of which is computed again
 * @param pushes commits of others that were told and taken in, and resets
 */
public record CacheCounts(long hits, long misses, long commits, long stale, long pushes) {}
