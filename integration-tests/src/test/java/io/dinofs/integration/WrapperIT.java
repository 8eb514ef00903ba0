package io.dinofs.integration;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The metadata in files, under the server that usually has LMDB. */
@OnEachFrontend
final class WrapperIT extends TwoNodes {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b").withStore("disk");

  @Override
  Cluster cluster() {
    return CLUSTER;
  }
}
