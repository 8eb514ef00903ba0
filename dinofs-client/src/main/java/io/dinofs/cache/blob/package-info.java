/**
 * Blobs on the node's disk: what was written here and is on its way to the blob server, and what
 * was fetched from there.
 *
 * <p>The local files are the index: when one was used last is its modification time, so that
 * nothing has to be rebuilt after a kill, and memory does not grow with the cache.
 */
package io.dinofs.cache.blob;
