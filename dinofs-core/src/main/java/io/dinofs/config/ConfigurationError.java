package io.dinofs.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Says in words of the configuration, not of its reader, what is wrong and where. */
final class ConfigurationError {
  private static final Set<Class<?>> WHOLE_NUMBERS =
      Set.of(int.class, Integer.class, long.class, Long.class);
  private static final Set<Class<?>> TRUTHS = Set.of(boolean.class, Boolean.class);

  private ConfigurationError() {}

  /** To be put behind the file's name: {@code :3: key: what is wrong}. */
  static String describe(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    String line = location == null || location.getLineNr() < 1 ? "" : ":" + location.getLineNr();
    if (e instanceof JsonMappingException mapping) {
      String key = key(mapping);
      return line + ": " + (key.isEmpty() ? "" : key + ": ") + what(mapping);
    }
    return line + ": " + e.getOriginalMessage();
  }

  private static String key(JsonMappingException e) {
    StringBuilder key = new StringBuilder();
    for (JsonMappingException.Reference reference : e.getPath()) {
      if (reference.getFieldName() == null) {
        key.append('[').append(reference.getIndex()).append(']');
      } else {
        key.append(key.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return key.toString();
  }

  private static String what(JsonMappingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "no such key; there are "
          + unknown.getKnownPropertyIds().stream()
              .map(Object::toString)
              .sorted()
              .collect(Collectors.joining(", "));
    }
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return e.getCause().getMessage();
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return "not " + expected(mismatch.getTargetType());
    }
    return e.getOriginalMessage();
  }

  private static String expected(Class<?> type) {
    if (WHOLE_NUMBERS.contains(type)) {
      return "a whole number in range";
    }
    if (TRUTHS.contains(type)) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text in quotes";
    }
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> "\"" + constant.toString().toLowerCase(Locale.ROOT) + "\"")
              .collect(Collectors.joining(", "));
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    boolean object =
        type.isRecord()
            || type == Sections.class
            || Map.class.isAssignableFrom(type)
            || JsonNode.class.isAssignableFrom(type);
    return object ? "a JSON object" : "a " + type.getSimpleName();
  }
}
