package io.dinofs.integration;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The contents in a bucket of S3, which nodes reach by themselves. */
@OnEachFrontend
final class BucketIT extends TwoNodes {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b").withBucket();

  @Override
  Cluster cluster() {
    return CLUSTER;
  }
}
