package io.dinofs.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A component of a configuration's record: sections under names that the user chooses. Immutable.
 */
public final class Sections {
  /** No section. */
  public static final Sections NONE = new Sections(Map.of());

  private final Map<String, ObjectNode> byName;

  private Sections(Map<String, ObjectNode> byName) {
    this.byName = new TreeMap<>(byName);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Sections of(Map<String, ObjectNode> byName) {
    return new Sections(byName);
  }

  /** The names, in their alphabetical order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  /**
   * @param file where this was read, and {@code key} what it is the value of: for messages
   */
  public Optional<Section> find(Path file, String key, String name) {
    return Optional.ofNullable(byName.get(name))
        .map(object -> new Section(file.toString(), key + "." + name, object));
  }
}
