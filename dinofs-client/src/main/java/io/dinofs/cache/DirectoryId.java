package io.dinofs.cache;

import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKind;

/** The records of a named kind of an inode, as a whole. */
record DirectoryId(InodeId inode, RecordKind kind) {}
