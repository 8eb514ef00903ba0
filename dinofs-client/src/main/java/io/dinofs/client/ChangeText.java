package io.dinofs.client;

import io.dinofs.config.JsonLine;
import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import java.util.List;
import java.util.Locale;

/** Commits as people or programs read them, a line for each record. */
final class ChangeText {
  private final boolean json;

  ChangeText(boolean json) {
    this.json = json;
  }

  /**
   * The lines of a commit. JSON has always commit, inode and kind; present, and what the kind has:
   * name; child and type of an entry; type, mode, uid, gid, nlink and size of attributes.
   */
  List<String> lines(CommittedChange change) {
    return change.records().stream().map(record -> line(change.number(), record)).toList();
  }

  /** What is printed when changes may have been missed. */
  String reset(CommitNumber at) {
    return json
        ? new JsonLine().put("commit", at.value()).put("kind", "reset").toString()
        : at + " from here on; changes up to here are not told";
  }

  private String line(CommitNumber number, VersionedRecord record) {
    RecordKey key = record.key();
    String kind = key.kind().name().toLowerCase(Locale.ROOT);
    try {
      if (!json) {
        String name = key.name().isEmpty() ? "" : " " + quoted(key.name());
        String what = record.isPresent() ? described(record) : " removed";
        return number + " inode " + key.inode() + " " + kind + name + what;
      }
      JsonLine line =
          new JsonLine()
              .put("commit", number.value())
              .put("inode", key.inode().value())
              .put("kind", kind);
      if (!key.name().isEmpty()) {
        line.putBytes("name", key.name());
      }
      line.put("present", record.isPresent());
      if (record.isPresent()) {
        describe(record, line);
      }
      return line.toString();
    } catch (DinofsException e) {
      return number + " inode " + key.inode() + " " + kind + ": " + e.getMessage();
    }
  }

  private static String described(VersionedRecord record) throws DinofsException {
    Bytes value = record.value().orElseThrow();
    return switch (record.key().kind()) {
      case ENTRY -> {
        DirectoryEntry entry = DirectoryEntry.decode(value);
        yield " is inode " + entry.child() + ", " + text(entry.type());
      }
      case ATTRIBUTES -> {
        Attributes a = AttributesCodec.decode(value);
        yield String.format(
            Locale.ROOT,
            " %s mode %04o uid %s gid %s links %d size %d mtime %s",
            text(a.type()),
            a.mode(),
            Integer.toUnsignedString(a.uid()),
            Integer.toUnsignedString(a.gid()),
            a.nlink(),
            a.size(),
            a.mtime());
      }
      default -> " " + value.length() + " bytes";
    };
  }

  private static void describe(VersionedRecord record, JsonLine line) throws DinofsException {
    Bytes value = record.value().orElseThrow();
    switch (record.key().kind()) {
      case ENTRY -> {
        DirectoryEntry entry = DirectoryEntry.decode(value);
        line.put("child", entry.child().value()).put("type", text(entry.type()));
      }
      case ATTRIBUTES -> {
        Attributes a = AttributesCodec.decode(value);
        line.put("type", text(a.type()))
            .put("mode", String.format(Locale.ROOT, "%04o", a.mode()))
            .put("uid", Integer.toUnsignedLong(a.uid()))
            .put("gid", Integer.toUnsignedLong(a.gid()))
            .put("nlink", a.nlink())
            .put("size", a.size())
            .put("mtime", a.mtime().toString());
      }
      default -> line.put("bytes", value.length());
    }
  }

  private static String text(Enum<?> type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** A name must not break the line, nor steer the terminal. */
  private static String quoted(Bytes name) {
    StringBuilder quoted = new StringBuilder("\"");
    name.toUtf8()
        .codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\' || Character.isISOControl(c)) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }
}
