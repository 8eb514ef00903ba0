package io.dinofs.cache;

import io.dinofs.metadataserver.ServerLimits;

/** A node that has missed pushes knows it, and goes on from where it was. */
class BrokenConnectionsModelTest extends CutConnectionsModel {
  BrokenConnectionsModelTest() {
    super(ServerLimits.DEFAULT, 3);
  }
}
