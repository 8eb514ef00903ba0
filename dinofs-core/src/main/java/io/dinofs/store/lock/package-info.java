/**
 * Advisory locks in memory: who holds which ({@link io.dinofs.store.lock.HeldLocks}), who waits for
 * which ({@link io.dinofs.store.lock.LockTable}), and both as a {@link
 * io.dinofs.store.LockService}.
 */
package io.dinofs.store.lock;
