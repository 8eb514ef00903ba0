package io.dinofs.store.lock;

import io.dinofs.model.DinofsException;
import io.dinofs.model.FileLock;
import io.dinofs.model.LockPlace;
import io.dinofs.store.LockService;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Locks in the memory of this process; never lost. */
public final class MemoryLockService implements LockService {
  private final LockTable table = new LockTable(LockLimits.DEFAULT); // guarded by this

  @Override
  public synchronized Optional<FileLock> test(FileLock wanted) {
    return table.test(wanted);
  }

  @Override
  public synchronized void tryAcquire(FileLock wanted) throws DinofsException {
    table.tryAcquire(wanted);
  }

  @Override
  public synchronized Waiting acquire(FileLock wanted, Answer answer) {
    Optional<LockTable.Waiter> waiter = table.acquire(wanted, answer);
    return () -> waiter.ifPresent(this::cancel);
  }

  private synchronized void cancel(LockTable.Waiter waiter) {
    table.cancel(waiter);
  }

  @Override
  public synchronized void release(LockPlace place) throws DinofsException {
    table.release(place);
  }

  @Override
  public synchronized boolean holds(LockPlace place) {
    return table.holds(place);
  }

  @Override
  public boolean isCertain() {
    return true;
  }

  @Override
  public void onLoss(Consumer<List<FileLock>> listener) {}
}
