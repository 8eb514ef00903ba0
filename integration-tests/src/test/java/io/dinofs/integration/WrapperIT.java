package io.dinofs.integration;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The metadata in files, under the server that usually has LMDB, and the contents encrypted. */
@OnEachFrontend
final class WrapperIT extends TwoNodes {
  @RegisterExtension
  static final Cluster CLUSTER = new Cluster("a", "b").withStore("disk").withEncryption();

  @Override
  Cluster cluster() {
    return CLUSTER;
  }
}
