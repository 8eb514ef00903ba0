package io.dinofs.backup;

import io.dinofs.config.JsonLine;
import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.Counter;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.KeyIds;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;

/**
 * A record as a line of JSON that people can read too, without loss but for its version. Names and
 * link targets are strings if they are UTF-8, otherwise there is a field with Base64 behind its
 * name; contents and extended attributes always are Base64.
 *
 * @param key of the record
 * @param value its value
 */
public record RecordLine(RecordKey key, Bytes value) {
  /**
   * The line.
   *
   * @throws CorruptRecordException if the value is not of the key's kind
   */
  public String write() throws CorruptRecordException {
    JsonLine line = new JsonLine();
    line.put("inode", key.inode().value());
    line.put("kind", key.kind().name().toLowerCase(Locale.ROOT));
    if (key.kind().isNamed()) {
      line.putBytes("name", key.name());
    }
    switch (key.kind()) {
      case ATTRIBUTES -> write(AttributesCodec.decode(value), line);
      case COUNTER -> line.put("value", Counter.decode(value).value());
      case ENTRY -> {
        DirectoryEntry entry = DirectoryEntry.decode(value);
        line.put("child", entry.child().value()).put("type", text(entry.type()));
      }
      case KEYS -> line.put("keys", KeyIds.decode(value).toString());
      case PARENT -> line.put("parent", InodeId.decode(value).value());
      case DATA, XATTR -> line.putBase64("value", value);
    }
    return line.toString();
  }

  private static void write(Attributes attributes, JsonLine line) {
    line.put("type", text(attributes.type()))
        .put("mode", String.format(Locale.ROOT, "%04o", attributes.mode()))
        .put("uid", Integer.toUnsignedLong(attributes.uid()))
        .put("gid", Integer.toUnsignedLong(attributes.gid()))
        .put("nlink", attributes.nlink())
        .put("size", attributes.size())
        .put("allocated", attributes.allocated())
        .put("rdev", Integer.toUnsignedLong(attributes.rdev()))
        .put("atime", attributes.atime().toString())
        .put("mtime", attributes.mtime().toString())
        .put("ctime", attributes.ctime().toString())
        .put("entries", attributes.entries())
        .put("xattrs", attributes.xattrs());
    Content content = attributes.content();
    if (content instanceof Content.SingleBlob blob) {
      line.put("blob", blob.key().toHex());
    } else if (content instanceof Content.Chunked chunked) {
      line.put("manifest", chunked.manifest().toHex());
    } else if (content instanceof Content.InRecord small) {
      line.put("small", small.digest().toHex());
    } else if (content instanceof Content.SymlinkTarget link) {
      line.putBytes("target", link.target());
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws CorruptRecordException if it is not that
   */
  public static RecordLine parse(String text) throws CorruptRecordException {
    JsonLine line = JsonLine.parse(text);
    try {
      RecordKind kind = RecordKind.valueOf(line.text("kind").toUpperCase(Locale.ROOT));
      Bytes name = kind.isNamed() ? line.bytes("name") : Bytes.EMPTY;
      RecordKey key = new RecordKey(new InodeId(line.number("inode")), kind, name);
      Bytes value =
          switch (kind) {
            case ATTRIBUTES -> AttributesCodec.encode(attributes(line));
            case COUNTER -> new Counter(line.number("value")).encode();
            case ENTRY ->
                new DirectoryEntry(new InodeId(line.number("child")), type(line)).encode();
            case KEYS -> KeyIds.parse(line.text("keys")).encode();
            case PARENT -> new InodeId(line.number("parent")).encode();
            case DATA, XATTR -> line.bytes("value");
          };
      return new RecordLine(key, value);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new CorruptRecordException("not a record: " + e.getMessage());
    }
  }

  private static Attributes attributes(JsonLine line) throws CorruptRecordException {
    return new Attributes(
        type(line),
        Integer.parseInt(line.text("mode"), 8),
        (int) line.number("uid"),
        (int) line.number("gid"),
        (int) line.number("nlink"),
        line.number("size"),
        line.number("allocated"),
        (int) line.number("rdev"),
        Instant.parse(line.text("atime")),
        Instant.parse(line.text("mtime")),
        Instant.parse(line.text("ctime")),
        line.number("entries"),
        (int) line.number("xattrs"),
        content(line));
  }

  private static Content content(JsonLine line) throws CorruptRecordException {
    if (line.has("blob")) {
      return new Content.SingleBlob(key(line.text("blob")));
    } else if (line.has("manifest")) {
      return new Content.Chunked(key(line.text("manifest")));
    } else if (line.has("small")) {
      return new Content.InRecord(key(line.text("small")));
    } else if (line.has("target") || line.has("targetBase64")) {
      return new Content.SymlinkTarget(line.bytes("target"));
    }
    return Content.NONE;
  }

  private static BlobKey key(String hex) throws CorruptRecordException {
    return BlobKey.parse(hex).orElseThrow(() -> new CorruptRecordException("no blob key: " + hex));
  }

  private static FileType type(JsonLine line) throws CorruptRecordException {
    return FileType.valueOf(line.text("type").toUpperCase(Locale.ROOT).replace(' ', '_'));
  }

  private static String text(FileType type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
