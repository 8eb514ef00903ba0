/**
 * Contents of files: what is written and not committed yet, and how contents are read from and cut
 * into blobs.
 *
 * <p>What a node writes to a file is laid over the committed contents ({@link
 * io.dinofs.vfs.content.WriteLayer}) and becomes contents when it is committed ({@link
 * io.dinofs.vfs.content.ContentAssembler}), chunk by chunk: chunks that nobody wrote to keep their
 * blob. Since only what was written is kept, it can be laid over newer contents when another node
 * was faster.
 */
package io.dinofs.vfs.content;
