package io.dinofs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dinofs.model.Bytes;
import io.dinofs.model.CorruptRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A JSON object on one line, with its fields in the order of their coming. */
public final class JsonLine {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String BASE64 = "Base64";

  private final ObjectNode object;

  public JsonLine() {
    this(MAPPER.createObjectNode());
  }

  private JsonLine(ObjectNode object) {
    this.object = object;
  }

  /**
   * @throws CorruptRecordException if the line is not a JSON object
   */
  public static JsonLine parse(String line) throws CorruptRecordException {
    try {
      if (MAPPER.readTree(line) instanceof ObjectNode object) {
        return new JsonLine(object);
      }
    } catch (JsonProcessingException e) {
      throw new CorruptRecordException("not JSON: " + e.getOriginalMessage());
    }
    throw new CorruptRecordException("not a JSON object");
  }

  public JsonLine put(String name, long value) {
    object.put(name, value);
    return this;
  }

  public JsonLine put(String name, boolean value) {
    object.put(name, value);
    return this;
  }

  public JsonLine put(String name, String value) {
    object.put(name, value);
    return this;
  }

  /** Bytes that are mostly text: as a string if they are UTF-8, otherwise as NAMEBase64. */
  public JsonLine putBytes(String name, Bytes value) {
    try {
      ByteBuffer bytes = value.asBuffer();
      object.put(name, StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      putBase64(name, value);
    }
    return this;
  }

  /** Bytes that are mostly no text, as NAMEBase64. */
  public JsonLine putBase64(String name, Bytes value) {
    object.put(name + BASE64, Base64.getEncoder().encodeToString(value.toArray()));
    return this;
  }

  public boolean has(String name) {
    return object.has(name);
  }

  /**
   * @throws CorruptRecordException if there is no such whole number
   */
  public long number(String name) throws CorruptRecordException {
    JsonNode value = object.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new CorruptRecordException("no whole number " + name);
    }
    return value.longValue();
  }

  /**
   * @throws CorruptRecordException if there is no such string
   */
  public String text(String name) throws CorruptRecordException {
    JsonNode value = object.path(name);
    if (!value.isTextual()) {
      throw new CorruptRecordException("no string " + name);
    }
    return value.textValue();
  }

  /**
   * What {@link #putBytes} or {@link #putBase64} has put.
   *
   * @throws CorruptRecordException if there is neither
   */
  public Bytes bytes(String name) throws CorruptRecordException {
    if (!object.has(name + BASE64)) {
      return Bytes.utf8(text(name));
    }
    try {
      return Bytes.wrap(Base64.getDecoder().decode(text(name + BASE64)));
    } catch (IllegalArgumentException e) {
      throw new CorruptRecordException("not Base64: " + name);
    }
  }

  /** The line, without its end. */
  @Override
  public String toString() {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an object of strings and numbers is always JSON", e);
    }
  }
}
