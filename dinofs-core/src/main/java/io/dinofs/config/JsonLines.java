package io.dinofs.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;

/**
 * Records as JSON objects (RFC 8259), each in one line. Components that are null are left out, and
 * unknown ones passed over, so that programs of neighbouring versions understand each other.
 */
public final class JsonLines {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private JsonLines() {}

  /** Without the end of the line. */
  public static String write(Record record) {
    try {
      return MAPPER.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a record of plain values: " + record, e);
    }
  }

  /**
   * @throws DinofsException PROTOCOL if the line is no such record
   */
  public static <T extends Record> T read(String line, Class<T> type) throws DinofsException {
    try {
      return MAPPER.readValue(line, type);
    } catch (JsonProcessingException e) {
      throw new DinofsException(
          ErrorKind.PROTOCOL, "not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }
  }
}
