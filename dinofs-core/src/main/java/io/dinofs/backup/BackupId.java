package io.dinofs.backup;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;

/**
 * What tells backups of a volume apart.
 *
 * @param at the commit as of which the records were read
 * @param checksum the SHA-256 at the end of the file
 */
public record BackupId(CommitNumber at, Bytes checksum) {}
