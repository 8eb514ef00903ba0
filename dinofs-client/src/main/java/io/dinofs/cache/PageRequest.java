package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKind;
import io.dinofs.store.VersionedStore.Children;

/** The arguments of a {@link io.dinofs.store.VersionedStore#list}. */
record PageRequest(InodeId inode, RecordKind kind, Bytes after, int limit, Children children) {
  DirectoryId directory() {
    return new DirectoryId(inode, kind);
  }

  boolean wantsAttributes() {
    return children == Children.WITH_ATTRIBUTES && kind == RecordKind.ENTRY;
  }
}
