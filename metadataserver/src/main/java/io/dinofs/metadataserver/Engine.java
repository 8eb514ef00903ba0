package io.dinofs.metadataserver;

import io.dinofs.config.Section;
import io.dinofs.metadataserver.lmdb.LmdbSettings;
import io.dinofs.metadataserver.lmdb.LmdbVersionedStore;
import io.dinofs.model.DinofsException;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import io.dinofs.store.configured.DiskType;
import io.dinofs.store.configured.PairedType;
import io.dinofs.store.configured.StoreType;
import io.dinofs.store.configured.StoreTypes;
import io.dinofs.store.s3.S3Location;
import io.dinofs.store.s3.S3Type;
import io.dinofs.store.versioned.VersionedStoreWrapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the server keeps its volume in. */
@FunctionalInterface
interface Engine {
  /** The types of plain stores that a configuration may have. */
  StoreTypes TYPES = StoreTypes.of(List.of(new DiskType(), new PairedType(), new S3Type()));

  /** How {@code --store} is written. */
  String FORMS = "lmdb:DIR, disk:DIR, s3://BUCKET/PREFIX or config:NAME";

  /**
   * @throws DinofsException what the engine throws when it is opened
   */
  Opened open() throws DinofsException;

  /** An open volume, and what the server remembers beside it. */
  record Opened(
      GroupCommitStore store, StrictNodes strictNodes, StrictNodes lockNodes, KeptBytes nodeOwners)
      implements AutoCloseable {
    @Override
    public void close() throws DinofsException {
      store.close();
    }
  }

  /** The engine that is made for it. */
  static Engine lmdb(Path directory) {
    return () ->
        new Opened(
            LmdbVersionedStore.open(directory, LmdbSettings.DEFAULT),
            new KeptStrictNodes(new KeptFile(directory.resolve("strict-nodes"))),
            new KeptStrictNodes(new KeptFile(directory.resolve("lock-nodes"))),
            new KeptFile(directory.resolve("node-owners")));
  }

  /** Any plain store, slowly. */
  static Engine over(StoreType.Definition definition) {
    return () -> {
      Store store = definition.open();
      try {
        return new Opened(
            VersionedStoreWrapper.open(store),
            new KeptStrictNodes(new KeptRecord(store, Key.of("strict-nodes"))),
            new KeptStrictNodes(new KeptRecord(store, Key.of("lock-nodes"))),
            new KeptRecord(store, Key.of("node-owners")));
      } catch (DinofsException | RuntimeException e) {
        store.close();
        throw e;
      }
    };
  }

  /**
   * What {@code --store} says.
   *
   * @param configured the stores of the configuration file
   * @throws DinofsException INVALID if the store cannot be described so
   * @throws IllegalArgumentException if it has none of {@link #FORMS}; the message is for people
   */
  static Engine parse(String text, Map<String, StoreType.Definition> configured)
      throws DinofsException {
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    if (colon < 0 || rest.isEmpty()) {
      throw notAStore(text);
    }
    return switch (text.substring(0, colon)) {
      case "lmdb" -> lmdb(Path.of(rest));
      case "disk" ->
          over(TYPES.read(Section.ofTexts("--store " + text, Map.of("type", "disk", "dir", rest))));
      case "s3" -> over(S3Type.at(S3Location.parse(text)));
      case "config" -> over(configured(rest, configured));
      default -> throw notAStore(text);
    };
  }

  /** The directory that {@code --store} names by itself, if it does. */
  static Optional<Path> directory(String text) {
    int colon = text.indexOf(':');
    boolean local = text.startsWith("lmdb:") || text.startsWith("disk:");
    return local ? Optional.of(Path.of(text.substring(colon + 1))) : Optional.empty();
  }

  private static StoreType.Definition configured(
      String name, Map<String, StoreType.Definition> configured) {
    StoreType.Definition definition = configured.get(name);
    if (definition == null) {
      throw new IllegalArgumentException(
          "no store %s in the configuration file; there are: %s"
              .formatted(name, String.join(", ", configured.keySet())));
    }
    return definition;
  }

  private static IllegalArgumentException notAStore(String text) {
    return new IllegalArgumentException("not a store: " + text + "; it is " + FORMS);
  }
}
