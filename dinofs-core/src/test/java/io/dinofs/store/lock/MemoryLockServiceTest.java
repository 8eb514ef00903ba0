package io.dinofs.store.lock;

import io.dinofs.model.NodeId;
import io.dinofs.store.LockService;
import io.dinofs.store.LockServiceContract;

final class MemoryLockServiceTest extends LockServiceContract {
  private final MemoryLockService service = new MemoryLockService();

  @Override
  protected LockService open(NodeId node) {
    return service;
  }
}
