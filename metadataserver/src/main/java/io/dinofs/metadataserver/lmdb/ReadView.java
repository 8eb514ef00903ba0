package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.Children;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads as of one commit. Used by one thread, and closed by it soon. */
final class ReadView implements AutoCloseable {
  /** A page that has grown to this ends, so that it is bounded in bytes too. */
  private static final long MAX_PAGE_BYTES = 4 << 20;

  /** Not above any key; LMDB has no empty ones. */
  private static final Bytes FIRST_KEY = Bytes.wrap(new byte[1]);

  private final RecordTable.Reading table;
  private final Tables tables;
  private final CommitNumber at;

  /**
   * @param table begun after {@code tables} was current and before it ceased to be
   * @param at not older than the latest checkpoint in {@code table}
   */
  ReadView(RecordTable.Reading table, Tables tables, CommitNumber at) {
    this.table = table;
    this.tables = tables;
    this.at = at;
  }

  VersionedRecord read(RecordKey key) throws DinofsException {
    return tables.read(key, at, table);
  }

  Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    List<VersionedRecord> found = new ArrayList<>(keys.size());
    for (RecordKey key : keys) {
      found.add(read(key));
    }
    if (children == Children.WITH_ATTRIBUTES) {
      found.addAll(childAttributes(found));
    }
    return new Snapshot(at, found);
  }

  Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    Bytes prefix = start(inode, kind, Bytes.EMPTY);
    Bytes from = start(inode, kind, after);
    List<VersionedRecord> page = new ArrayList<>();
    long bytes = 0;
    boolean more = false;
    try (TableCursor stored = table.scan(from, prefix)) {
      RecordCursor cursor = new MergedCursor(sources(from, stored));
      while (!more && cursor.next() && cursor.key().startsWith(prefix)) {
        VersionedRecord record = cursor.record();
        if (!record.isPresent() || (!after.isEmpty() && cursor.key().equals(from))) {
          continue;
        }
        if (page.size() == limit || bytes > MAX_PAGE_BYTES) {
          more = true;
        } else {
          page.add(record);
          bytes += cursor.key().length() + record.value().map(Bytes::length).orElse(0);
        }
      }
    }
    List<VersionedRecord> attributes =
        children == Children.WITH_ATTRIBUTES ? childAttributes(page) : List.of();
    return new Listing(at, page, attributes, more);
  }

  /**
   * The present records behind an encoded key, in the order of their keys.
   *
   * @param after {@link Bytes#EMPTY} for the first
   * @param limit the most records; there may be fewer and still more behind them
   * @param maxBytes the page ends with the record that reaches it
   */
  List<VersionedRecord> scan(Bytes after, int limit, long maxBytes) throws DinofsException {
    Bytes from = after.isEmpty() ? FIRST_KEY : after;
    List<VersionedRecord> page = new ArrayList<>();
    long bytes = 0;
    try (TableCursor stored = table.scan(from, Bytes.EMPTY)) {
      RecordCursor cursor = new MergedCursor(sources(from, stored));
      while (page.size() < limit && bytes < maxBytes && cursor.next()) {
        VersionedRecord record = cursor.record();
        if (record.isPresent() && !cursor.key().equals(after)) {
          page.add(record);
          bytes += cursor.key().length() + record.value().map(Bytes::length).orElse(0);
        }
      }
    }
    return page;
  }

  private List<RecordCursor> sources(Bytes from, TableCursor stored) {
    List<RecordCursor> sources = new ArrayList<>();
    sources.add(tables.active().scan(from, at));
    tables.frozen().ifPresent(frozen -> sources.add(frozen.scan(from, at)));
    sources.add(stored);
    return sources;
  }

  private List<VersionedRecord> childAttributes(List<VersionedRecord> parents)
      throws DinofsException {
    Set<InodeId> children = new LinkedHashSet<>();
    for (VersionedRecord parent : parents) {
      if (parent.key().kind() == RecordKind.ENTRY && parent.isPresent()) {
        children.add(DirectoryEntry.decode(parent.value().orElseThrow()).child());
      }
    }
    List<VersionedRecord> attributes = new ArrayList<>(children.size());
    for (InodeId child : children) {
      attributes.add(read(RecordKey.attributes(child)));
    }
    return attributes;
  }

  /** As an encoded key, but the name may be empty. */
  private static Bytes start(InodeId inode, RecordKind kind, Bytes name) {
    byte[] start = new byte[Long.BYTES + 1 + name.length()];
    ByteBuffer.wrap(start).putLong(inode.value()).put(kind.code()).put(name.asBuffer());
    return Bytes.wrap(start);
  }

  @Override
  public void close() {
    table.close();
  }
}
