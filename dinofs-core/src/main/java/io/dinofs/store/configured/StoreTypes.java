package io.dinofs.store.configured;

import io.dinofs.config.Section;
import io.dinofs.config.Sections;
import io.dinofs.model.DinofsException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The types of stores that a program offers. Immutable. */
public final class StoreTypes {
  private static final String TYPE = "type";

  private final Map<String, StoreType> byName = new TreeMap<>();

  private StoreTypes(Iterable<StoreType> types) {
    types.forEach(type -> byName.put(type.name(), type));
  }

  public static StoreTypes of(Iterable<StoreType> types) {
    return new StoreTypes(types);
  }

  /**
   * Reads the description of a store, and of those that it is made of.
   *
   * @throws DinofsException INVALID, with file and key, if it describes none
   */
  public StoreType.Definition read(Section section) throws DinofsException {
    StoreType type = byName.get(section.text(TYPE));
    if (type == null) {
      throw section.wrong(
          TYPE,
          "no such type of store: "
              + section.text(TYPE)
              + "; there are "
              + String.join(", ", byName.keySet()));
    }
    Set<String> known = new HashSet<>(type.keys().keySet());
    known.add(TYPE);
    section.refuseOthers(known);
    return type.read(section, this);
  }

  /**
   * Reads all descriptions of a file: also those that are not used have to be right.
   *
   * @param key what {@code sections} are the value of
   * @throws DinofsException INVALID, with file and key
   */
  public Map<String, StoreType.Definition> readAll(Path file, String key, Sections sections)
      throws DinofsException {
    Map<String, StoreType.Definition> definitions = new TreeMap<>();
    for (String name : sections.names()) {
      definitions.put(name, read(sections.find(file, key, name).orElseThrow()));
    }
    return definitions;
  }
}
