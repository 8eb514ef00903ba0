package io.dinofs.fuse.kernel;

import io.dinofs.fuse.FuseMountContract;

final class KernelFuseMountTest extends FuseMountContract {
  KernelFuseMountTest() {
    super("kernel");
  }
}
