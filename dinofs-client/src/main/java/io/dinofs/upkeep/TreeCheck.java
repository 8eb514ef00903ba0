package io.dinofs.upkeep;

import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds what is wrong between inodes: every entry has its inode, every inode its entries. */
final class TreeCheck {
  private static final byte UNKNOWN = 0;
  private static final byte UNDER_WAY = 1;
  private static final byte GOOD = 2;

  private final InodeTable inodes;
  private final EntryTable entries;
  private final List<Problem> problems = new ArrayList<>();

  private TreeCheck(Survey survey) {
    this.inodes = survey.inodes();
    this.entries = survey.entries();
  }

  static List<Problem> check(Survey survey) {
    TreeCheck check = new TreeCheck(survey);
    check.checkEntries();
    check.checkInodes();
    check.checkLoops();
    return check.problems;
  }

  private void checkEntries() {
    for (int i = 0; i < entries.size(); i++) {
      InodeId directory = entries.directory(i);
      InodeId child = entries.child(i);
      int found = inodes.find(child.value());
      if (found < 0) {
        problems.add(
            new Problem(
                Problem.Kind.DANGLING_ENTRY,
                child,
                directory,
                "directory %s has an entry for inode %s, which does not exist"
                    .formatted(directory, child)));
        continue;
      }
      inodes.named(found, directory);
      if (inodes.type(found) != entries.type(i)) {
        problems.add(
            new Problem(
                Problem.Kind.ENTRY_TYPE,
                child,
                directory,
                "directory %s has inode %s as a %s, but it is a %s"
                    .formatted(directory, child, text(entries.type(i)), text(inodes.type(found)))));
      }
    }
  }

  private void checkInodes() {
    for (int i = 0; i < inodes.size(); i++) {
      InodeId inode = inodes.id(i);
      if (inode.equals(InodeId.ROOT)) {
        checkRoot(i);
      } else if (inodes.names(i) == 0) {
        add(Problem.Kind.NO_NAME, inode, "is a " + text(inodes.type(i)) + " without a name");
      } else if (inodes.isDirectory(i)) {
        checkDirectory(i);
      } else if (inodes.links(i) != inodes.names(i)) {
        add(
            Problem.Kind.COUNT,
            inode,
            "says that it has %d links, but it has %d".formatted(inodes.links(i), inodes.names(i)));
      }
    }
  }

  private void checkRoot(int index) {
    if (inodes.names(index) > 0) {
      add(Problem.Kind.SEVERAL_NAMES, InodeId.ROOT, "is the root directory, but has a name");
    } else if (inodes.parent(index) != InodeId.ROOT.value()) {
      add(Problem.Kind.PARENT, InodeId.ROOT, "is the root directory, but not its own parent");
    }
  }

  private void checkDirectory(int index) {
    InodeId inode = inodes.id(index);
    if (inodes.names(index) > 1) {
      add(
          Problem.Kind.SEVERAL_NAMES,
          inode,
          "is a directory, but has " + inodes.names(index) + " names");
    } else if (inodes.parent(index) != inodes.holder(index)) {
      add(
          Problem.Kind.PARENT,
          inode,
          "is a directory in directory %s, but its parent record says %s"
              .formatted(
                  Long.toUnsignedString(inodes.holder(index)),
                  Long.toUnsignedString(inodes.parent(index))));
    }
  }

  /** Follows each directory upwards, to the root or one without a name, which is told already. */
  private void checkLoops() {
    byte[] states = new byte[inodes.size()];
    for (int i = 0; i < inodes.size(); i++) {
      if (!inodes.isDirectory(i) || states[i] != UNKNOWN) {
        continue;
      }
      int at = i;
      while (at >= 0 && states[at] == UNKNOWN) {
        states[at] = UNDER_WAY;
        at = holder(at);
      }
      if (at >= 0 && states[at] == UNDER_WAY) {
        add(Problem.Kind.LOOP, inodes.id(at), "is a directory that is, in the end, in itself");
      }
      for (int up = i; up >= 0 && states[up] == UNDER_WAY; up = holder(up)) {
        states[up] = GOOD;
      }
    }
  }

  private int holder(int index) {
    boolean top = inodes.id(index).equals(InodeId.ROOT) || inodes.names(index) == 0;
    return top ? -1 : inodes.find(inodes.holder(index));
  }

  private void add(Problem.Kind kind, InodeId inode, String what) {
    problems.add(Problem.of(kind, inode, "inode " + inode + " " + what));
  }

  static String text(FileType type) {
    return switch (type) {
      case REGULAR -> "regular file";
      case SYMLINK -> "symbolic link";
      default -> type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    };
  }
}
