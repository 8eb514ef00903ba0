/**
 * The contracts of everything that keeps data, all of them on this one page.
 *
 * <ul>
 *   <li>{@link io.dinofs.store.Store}: a plain key-value store.
 *   <li>{@link io.dinofs.store.BlobStore}: values under the hash of their bytes.
 *   <li>{@link io.dinofs.store.VersionedStore}: records that change only for a caller who saw their
 *       newest version.
 *   <li>{@link io.dinofs.store.LockService}: advisory locks on files, for all nodes.
 * </ul>
 *
 * <p>Abilities that only some have are interfaces of their own: {@link io.dinofs.store.FileStore},
 * {@link io.dinofs.store.FileReceiver}, {@link io.dinofs.store.DeletingStore}, {@link
 * io.dinofs.store.EnumeratingStore}, {@link io.dinofs.store.WriteBack}, {@link
 * io.dinofs.store.GroupCommitStore}, {@link io.dinofs.store.Capacity}.
 *
 * <p>All implementations may be used by any number of threads. A call blocks for as long as the
 * implementation's documented limit and no longer. A thread that is interrupted while it waits gets
 * {@link io.dinofs.model.ErrorKind#INTERRUPTED} with its interrupt flag set.
 */
package io.dinofs.store;
