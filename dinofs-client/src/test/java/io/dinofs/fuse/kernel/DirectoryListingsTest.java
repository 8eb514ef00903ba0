package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.fuse.kernel.DirectoryListings.Use;
import io.dinofs.model.InodeId;
import org.junit.jupiter.api.Test;

final class DirectoryListingsTest {
  private static final InodeId DIRECTORY = new InodeId(5);

  private final ChangeStamps stamps = new ChangeStamps();
  private final DirectoryListings listings = new DirectoryListings(stamps);

  private void change() {
    stamps.listingChanged(DIRECTORY, stamps.tick());
  }

  @Test
  void aListingIsFilledByTheFirstAndUsedByLaterOpens() {
    assertEquals(Use.AFRESH, listings.opened(DIRECTORY));
    listings.closed(DIRECTORY);
    assertEquals(Use.AS_IT_IS, listings.opened(DIRECTORY));
    listings.closed(DIRECTORY);
    assertEquals(Use.AS_IT_IS, listings.opened(DIRECTORY));
  }

  @Test
  void afterAChangeItIsDropped() {
    listings.opened(DIRECTORY);
    listings.closed(DIRECTORY);
    change();
    assertEquals(Use.AFRESH, listings.opened(DIRECTORY));
  }

  @Test
  void aChangeWhileItIsFilledMakesOthersGoWithoutUntilTheLastUserHasClosed() {
    listings.opened(DIRECTORY);
    listings.dropped(DIRECTORY);
    assertEquals(Use.AS_IT_IS, listings.opened(DIRECTORY));
    change();
    listings.closed(DIRECTORY);
    assertEquals(Use.NONE, listings.opened(DIRECTORY));
    listings.closed(DIRECTORY);
    assertEquals(Use.AFRESH, listings.opened(DIRECTORY));
  }

  @Test
  void untilTheKernelHasDroppedItNobodyElseUsesIt() {
    listings.opened(DIRECTORY);
    assertEquals(Use.NONE, listings.opened(DIRECTORY));
    listings.dropped(DIRECTORY);
    assertEquals(Use.AS_IT_IS, listings.opened(DIRECTORY));
  }

  @Test
  void aChangeOfEverythingIsOneOfTheDirectory() {
    listings.opened(DIRECTORY);
    listings.closed(DIRECTORY);
    stamps.everythingChanged();
    assertEquals(Use.AFRESH, listings.opened(DIRECTORY));
  }
}
