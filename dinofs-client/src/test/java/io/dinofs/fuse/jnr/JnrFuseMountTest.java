package io.dinofs.fuse.jnr;

import io.dinofs.fuse.FuseMountContract;

final class JnrFuseMountTest extends FuseMountContract {
  JnrFuseMountTest() {
    super("jnr");
  }
}
