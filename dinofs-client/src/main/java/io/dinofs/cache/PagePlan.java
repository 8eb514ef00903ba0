package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.RecordKey;
import java.util.List;

/** What has to be done so that a list finds its page in the cache. */
sealed interface PagePlan {
  /** Nothing: it is there now. */
  record Known() implements PagePlan {}

  /** The page is there, but of these children the attributes are not. */
  record FetchAttributes(List<RecordKey> missing) implements PagePlan {}

  /** Wait for another call that asks for a page of the directory. */
  record Join(Fill other) implements PagePlan {}

  /** Ask for the page behind {@code start}. */
  record FetchPage(Fill own, Bytes start) implements PagePlan {}

  /** Ask for the page and keep nothing of it: the directory is too large, or known with a gap. */
  record PassThrough() implements PagePlan {}
}
