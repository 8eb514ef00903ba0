/**
 * The frontend over libfuse 2, called through jnr-ffi with the struct layouts of jnr-fuse.
 *
 * <p>jnr-fuse itself binds only libfuse's API by paths, which cannot keep the promises of {@link
 * io.dinofs.vfs.FileSystem}: fstat(2) and fchmod(2) of an open file without a name come without a
 * handle and fail, each name of a linked file has page caches of its own, and callbacks get names
 * as decoded strings. So this frontend uses libfuse's API by inodes. The number of a node is that
 * of the {@link io.dinofs.model.InodeId}; these are never used again, so there is nothing to count,
 * and FORGET needs no answer.
 *
 * <p>Threads: {@link io.dinofs.fuse.jnr.Session} reads requests in Java threads of its own and
 * hands each to libfuse, which calls back in the same thread; a thread serves one request at a
 * time, with its own {@link io.dinofs.fuse.jnr.Exchange}.
 *
 * <p>Caches: the kernel keeps no name and no attribute beyond a system call. It keeps pages, and
 * drops them when it sees a new size or modification time; since it asks for these before every
 * read (FUSE_AUTO_INVAL_DATA), a program that keeps a file open reads what another node has
 * written. libfuse 2 does not know that flag, so {@link io.dinofs.fuse.jnr.InitChannel} adds it.
 */
package io.dinofs.fuse.jnr;
