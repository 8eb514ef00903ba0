/**
 * The client of the metadata server: a {@link io.dinofs.store.VersionedStore} over one TCP
 * connection.
 *
 * <p>Threads: callers write their request to the socket themselves and wait for its answer; one
 * thread reads the connection, tells the subscriber of pushes, hands out answers, and connects anew
 * when the connection breaks; one sends heartbeats. Nothing here holds a lock while it waits for
 * the network, except the lock that keeps two messages on the socket apart.
 */
package io.dinofs.remote.metadata;
