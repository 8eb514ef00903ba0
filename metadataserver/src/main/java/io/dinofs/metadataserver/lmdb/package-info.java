/**
 * A volume on disk: {@link io.dinofs.metadataserver.lmdb.LmdbVersionedStore}.
 *
 * <p>A group of commits is durable when it is in the journal, which costs one write and one
 * fdatasync(2) to a file that never changes its size; a commit of LMDB would cost two. What is in
 * the journal and not in LMDB yet is in a sorted table in memory. From time to time that table is
 * frozen, written to LMDB in one transaction in the background, and the journal's segment used
 * again.
 *
 * <p>Threads: one commit group at a time; one checkpoint at a time beside it; any number of
 * readers, which see one commit number for as long as they read. Lock order: the commit lock, then
 * the table's map lock (shared by readers and the checkpoint, alone while the map is enlarged).
 */
package io.dinofs.metadataserver.lmdb;
