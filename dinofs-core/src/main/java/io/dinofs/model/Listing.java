package io.dinofs.model;

import java.util.List;

/**
 * A page of the records of one kind of an inode, in the order of their names.
 *
 * @param at the newest commit that the page shows
 * @param records the page
 * @param attributes where asked for, the attributes of the children that the page's entries name,
 *     in any order
 * @param more whether there are records after the page
 */
public record Listing(
    CommitNumber at,
    List<VersionedRecord> records,
    List<VersionedRecord> attributes,
    boolean more) {
  public Listing {
    records = List.copyOf(records);
    attributes = List.copyOf(attributes);
  }
}
