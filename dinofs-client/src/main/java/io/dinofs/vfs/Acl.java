package io.dinofs.vfs;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An access control list as acl(5) describes it. Immutable.
 *
 * <p>It is kept as the kernel hands it over ({@code include/uapi/linux/posix_acl_xattr.h}): little
 * endian, a version (4 bytes), then for each entry tag (2), permissions (2) and id (4).
 */
final class Acl {
  static final Bytes ACCESS = Bytes.utf8("system.posix_acl_access");
  static final Bytes DEFAULT = Bytes.utf8("system.posix_acl_default");

  private static final int VERSION = 2;
  private static final int HEADER_BYTES = 4;
  private static final int ENTRY_BYTES = 8;
  private static final int ALL = 7;
  private static final int NO_ID = -1;

  /** Entries stand in this order; of all but USER and GROUP there is one at most. */
  enum Tag {
    USER_OBJ(0x01),
    USER(0x02),
    GROUP_OBJ(0x04),
    GROUP(0x08),
    MASK(0x10),
    OTHER(0x20);

    private final int code;

    Tag(int code) {
      this.code = code;
    }

    boolean isNamed() {
      return this == USER || this == GROUP;
    }

    private static Tag ofCode(int code) throws DinofsException {
      return Stream.of(values())
          .filter(tag -> tag.code == code)
          .findFirst()
          .orElseThrow(() -> invalid("no tag " + code));
    }
  }

  /**
   * @param permissions an or of {@link Permissions#READ} and its siblings
   * @param id of a USER or GROUP
   */
  record Entry(Tag tag, int permissions, int id) {
    Entry with(int newPermissions) {
      return new Entry(tag, newPermissions, id);
    }
  }

  private final List<Entry> entries;

  private Acl(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** Whether {@code encoded} is a list without entries, which stands for none. */
  static boolean isEmpty(Bytes encoded) {
    return encoded.length() == HEADER_BYTES;
  }

  /**
   * @throws DinofsException INVALID if it is no list with the entries that it needs, in their order
   */
  static Acl decode(Bytes encoded) throws DinofsException {
    ByteBuffer in = encoded.asBuffer().order(ByteOrder.LITTLE_ENDIAN);
    boolean whole =
        in.remaining() > HEADER_BYTES && (in.remaining() - HEADER_BYTES) % ENTRY_BYTES == 0;
    if (!whole || in.getInt() != VERSION) {
      throw invalid(encoded.length() + " bytes");
    }
    List<Entry> entries = new ArrayList<>();
    while (in.hasRemaining()) {
      Tag tag = Tag.ofCode(Short.toUnsignedInt(in.getShort()));
      entries.add(new Entry(tag, Short.toUnsignedInt(in.getShort()), in.getInt()));
    }
    requireValid(entries);
    return new Acl(entries);
  }

  private static void requireValid(List<Entry> entries) throws DinofsException {
    Set<Tag> seen = EnumSet.noneOf(Tag.class);
    Tag last = Tag.USER_OBJ;
    for (Entry entry : entries) {
      boolean twice = !seen.add(entry.tag()) && !entry.tag().isNamed();
      boolean nameless = entry.tag().isNamed() && entry.id() == NO_ID;
      if (twice || nameless || entry.tag().compareTo(last) < 0 || entry.permissions() > ALL) {
        throw invalid("entry " + entry);
      }
      last = entry.tag();
    }
    boolean named = seen.contains(Tag.USER) || seen.contains(Tag.GROUP);
    if (!seen.containsAll(EnumSet.of(Tag.USER_OBJ, Tag.GROUP_OBJ, Tag.OTHER))
        || (named && !seen.contains(Tag.MASK))) {
      throw invalid("an entry is missing");
    }
  }

  private static DinofsException invalid(String what) {
    return new DinofsException(ErrorKind.INVALID, "not an access control list: " + what);
  }

  Bytes encode() {
    ByteBuffer out =
        ByteBuffer.allocate(HEADER_BYTES + entries.size() * ENTRY_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(VERSION);
    for (Entry entry : entries) {
      out.putShort((short) entry.tag().code).putShort((short) entry.permissions());
      out.putInt(entry.tag().isNamed() ? entry.id() : NO_ID);
    }
    return Bytes.wrap(out.array());
  }

  /** Whether the nine permission bits of a mode say all that the list says. */
  boolean isMode() {
    return entries.size() == 3;
  }

  /**
   * The nine permission bits that correspond to the list: the group's are the mask if it has one.
   */
  int mode() {
    return (permissions(Tag.USER_OBJ) << 6)
        | (permissions(groupClass()) << 3)
        | permissions(Tag.OTHER);
  }

  private Tag groupClass() {
    return has(Tag.MASK) ? Tag.MASK : Tag.GROUP_OBJ;
  }

  private boolean has(Tag tag) {
    return entries.stream().anyMatch(entry -> entry.tag() == tag);
  }

  private int permissions(Tag tag) {
    return entries.stream()
        .filter(entry -> entry.tag() == tag)
        .findFirst()
        .orElseThrow()
        .permissions();
  }

  /** The list after chmod(2): the entries that the mode's bits stand for are these. */
  Acl withMode(int mode) {
    return map(mode, false);
  }

  /**
   * The list for access that a new inode gets from its directory's default list: acl(5), "Object
   * creation and default ACLs".
   *
   * @param mode what the creator asks for; bits that it lacks are taken away
   */
  Acl inherited(int mode) {
    return map(mode, true);
  }

  private Acl map(int mode, boolean onlyLess) {
    Tag group = groupClass();
    List<Entry> changed = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      int bits;
      if (entry.tag() == Tag.USER_OBJ) {
        bits = (mode >> 6) & ALL;
      } else if (entry.tag() == group) {
        bits = (mode >> 3) & ALL;
      } else if (entry.tag() == Tag.OTHER) {
        bits = mode & ALL;
      } else {
        changed.add(entry);
        continue;
      }
      changed.add(entry.with(onlyLess ? entry.permissions() & bits : bits));
    }
    return new Acl(changed);
  }

  /**
   * Whether a caller has all of {@code wanted}: acl(5), "Access check algorithm".
   *
   * @param owner the inode's
   * @param group the inode's
   */
  boolean permits(Caller caller, int owner, int group, int wanted) {
    int mask = has(Tag.MASK) ? permissions(Tag.MASK) : ALL;
    boolean inSomeGroup = false;
    for (Entry entry : entries) {
      switch (entry.tag()) {
        case USER_OBJ -> {
          if (caller.uid() == owner) {
            return covers(entry.permissions(), wanted);
          }
        }
        case USER -> {
          if (caller.uid() == entry.id()) {
            return covers(entry.permissions() & mask, wanted);
          }
        }
        case GROUP_OBJ, GROUP -> {
          if (Permissions.isMember(caller, entry.tag() == Tag.GROUP ? entry.id() : group)) {
            inSomeGroup = true;
            if (covers(entry.permissions() & mask, wanted)) {
              return true;
            }
          }
        }
        case MASK -> {
          // Taken into account above.
        }
        case OTHER -> {
          return !inSomeGroup && covers(entry.permissions(), wanted);
        }
      }
    }
    return false;
  }

  private static boolean covers(int granted, int wanted) {
    return (granted & wanted) == wanted;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Acl that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
