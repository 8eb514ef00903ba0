/**
 * Keeps file contents under the hash of the contents, over HTTP/1.1 (RFC 9110, RFC 9112).
 *
 * <p>Threads: a connection belongs to one event loop, and whatever has no other guard named belongs
 * to that loop. Files are touched by the threads of {@link io.dinofs.blobserver.DiskThreads} only,
 * one task of a connection at a time; the exception is sendfile(2), which an event loop calls.
 *
 * <p>Reading is on demand: a handler asks for the next message when it can take it, so what a
 * client sends ahead stays in the client's socket and pipelined requests are answered one by one.
 */
package io.dinofs.blobserver;
