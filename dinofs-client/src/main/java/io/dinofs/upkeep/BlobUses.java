package io.dinofs.upkeep;

import io.dinofs.model.BlobKey;
import io.dinofs.model.InodeId;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The blobs that inodes need, each with one inode that needs it, so that a complaint can name a
 * file. Not safe for several threads.
 */
final class BlobUses {
  private final BlobSet keys = new BlobSet();
  private final BitSet manifests = new BitSet();
  private long[] users = new long[1024];

  void add(InodeId user, References.Named named) {
    int number = add(user, named.key());
    if (named.isManifest()) {
      manifests.set(number);
    }
  }

  int add(InodeId user, BlobKey key) {
    int before = keys.size();
    int number = keys.add(key);
    if (number == before) {
      if (number == users.length) {
        users = Arrays.copyOf(users, Math.multiplyExact(number, 2));
      }
      users[number] = user.value();
    }
    return number;
  }

  BlobSet keys() {
    return keys;
  }

  /** The numbers of the manifests. */
  BitSet manifests() {
    return manifests;
  }

  /** An inode that needs the blob with that number. */
  InodeId user(int number) {
    return new InodeId(users[number]);
  }
}
