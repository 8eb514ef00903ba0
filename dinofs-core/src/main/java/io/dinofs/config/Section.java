package io.dinofs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One JSON object of a configuration file whose keys depend on what it describes. Methods throw
 * INVALID, with file and key, for what is not as it has to be. Immutable.
 */
public final class Section {
  private final String file;
  private final String path;
  private final ObjectNode object;

  Section(String file, String path, ObjectNode object) {
    this.file = file;
    this.path = path;
    this.object = object;
  }

  /** A section that comes from a command line: all its values are texts. */
  public static Section ofTexts(String source, Map<String, String> values) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    values.forEach(object::put);
    return new Section(source, "", object);
  }

  /**
   * @throws DinofsException INVALID if there is a key that is none of {@code known}
   */
  public void refuseOthers(Collection<String> known) throws DinofsException {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!known.contains(field.getKey())) {
        throw wrong(
            field.getKey(), "no such key; there are " + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  /**
   * @throws DinofsException INVALID if there is no such text, or it is empty
   */
  public String text(String key) throws DinofsException {
    return optionalText(key).orElseThrow(() -> wrong(key, "is missing"));
  }

  /**
   * @throws DinofsException INVALID if it is something else than a text, or empty
   */
  public Optional<String> optionalText(String key) throws DinofsException {
    JsonNode value = object.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(key, "not a text in quotes");
    }
    if (value.textValue().isEmpty()) {
      throw wrong(key, "is empty");
    }
    return Optional.of(value.textValue());
  }

  /**
   * True or false, as a text too.
   *
   * @throws DinofsException INVALID if it is something else
   */
  public boolean truth(String key, boolean otherwise) throws DinofsException {
    JsonNode value = object.get(key);
    if (value == null) {
      return otherwise;
    }
    String text = value.asText();
    if (!value.isBoolean() && !(value.isTextual() && text.matches("true|false"))) {
      throw wrong(key, "not true or false");
    }
    return Boolean.parseBoolean(text);
  }

  /**
   * The object that is the value of a key.
   *
   * @throws DinofsException INVALID if there is none
   */
  public Section section(String key) throws DinofsException {
    JsonNode value = object.get(key);
    if (value == null) {
      throw wrong(key, "is missing");
    }
    if (!(value instanceof ObjectNode inner)) {
      throw wrong(key, "not a JSON object");
    }
    return new Section(file, pathOf(key), inner);
  }

  /** What is wrong with a value, to be thrown: INVALID with file and key. */
  public DinofsException wrong(String key, String what) {
    return new DinofsException(ErrorKind.INVALID, file + ": " + pathOf(key) + ": " + what);
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
