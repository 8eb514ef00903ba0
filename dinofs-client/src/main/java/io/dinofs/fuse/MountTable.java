package io.dinofs.fuse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mounts that this process sees, in the order in which they were made: a later one covers an
 * earlier one.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">mountinfo(5)</a>
 */
public record MountTable(List<Entry> entries) {
  /** The type under which the kernel lists a volume of dinofs. */
  public static final String DINOFS_TYPE = "fuse.dinofs";

  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** Path names in bytes are of this encoding in Java. */
  private static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding"));

  private static final int MOUNT_POINT_FIELD = 4;

  /** A mount. */
  public record Entry(String mountPoint, String type) {
    boolean isDinofs() {
      return type.equals(DINOFS_TYPE);
    }

    private boolean covers(String path) {
      return path.equals(mountPoint) || mountPoint.equals("/") || path.startsWith(mountPoint + "/");
    }
  }

  public MountTable {
    entries = List.copyOf(entries);
  }

  /** Reads the table as it is now. */
  public static MountTable read() throws IOException {
    return parse(Files.readString(MOUNTINFO, StandardCharsets.ISO_8859_1));
  }

  /**
   * @param mountinfo the file's bytes, each as one character
   */
  static MountTable parse(String mountinfo) {
    List<Entry> entries = new ArrayList<>();
    for (String line : mountinfo.lines().toList()) {
      String[] halves = line.split(" - ", 2);
      String[] fields = halves[0].split(" ", -1);
      if (halves.length == 2 && fields.length > MOUNT_POINT_FIELD) {
        String type = halves[1].split(" ", 2)[0];
        entries.add(new Entry(unescape(fields[MOUNT_POINT_FIELD]), unescape(type)));
      }
    }
    return new MountTable(entries);
  }

  /** The topmost mount at exactly {@code path}, or empty if it is no mount point. */
  public Optional<Entry> at(Path path) {
    String wanted = path.toString();
    return last(entries.stream().filter(entry -> entry.mountPoint.equals(wanted)).toList());
  }

  /** The mount that {@code path} is on. */
  public Optional<Entry> covering(Path path) {
    String wanted = path.toString();
    Entry nearest = null;
    for (Entry entry : entries) {
      boolean nearer = nearest == null || entry.mountPoint.length() >= nearest.mountPoint.length();
      if (entry.covers(wanted) && nearer) {
        nearest = entry;
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static Optional<Entry> last(List<Entry> some) {
    return some.isEmpty() ? Optional.empty() : Optional.of(some.get(some.size() - 1));
  }

  /** Space, tab, newline and backslash stand in the file as a backslash and three octal digits. */
  private static String unescape(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + 3 < field.length()) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        bytes.write(field.charAt(i));
      }
    }
    return bytes.toString(PATHS);
  }
}
