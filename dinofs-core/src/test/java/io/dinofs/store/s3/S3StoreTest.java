package io.dinofs.store.s3;

import io.dinofs.store.Store;
import io.dinofs.store.StoreContract;
import java.time.Duration;
import java.util.Optional;

final class S3StoreTest extends StoreContract {
  private S3Location location;

  @Override
  protected Store open() throws Exception {
    location = S3Server.newLocation(S3Server.get().endpoint());
    return S3Store.open(location, Duration.ofMinutes(1));
  }

  @Override
  protected Optional<Store> reopen() throws Exception {
    return Optional.of(S3Store.open(location, Duration.ofMinutes(1)));
  }

  /** S3 does, but S3Mock writes over the file that it is reading from. */
  @Override
  protected boolean replacesAtOnce() {
    return false;
  }
}
