package io.dinofs.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a program's configuration: one JSON object (RFC 8259) whose keys are the components of a
 * record, which are the names of the program's options in camelCase.
 *
 * <p>What the program would not understand as it was meant is an error: an unknown key, a key
 * twice, a value of another type, null, anything behind the object. A key that is not there leaves
 * its component null (Optional: empty).
 */
public final class ConfigurationFile {
  /** More than anyone writes by hand. */
  private static final int MAX_BYTES = 1 << 20;

  private static final JsonMapper MAPPER = newMapper();

  private ConfigurationFile() {}

  /**
   * @param type a record; its constructor may refuse values with an IllegalArgumentException whose
   *     message is for people
   * @throws DinofsException INVALID, with file, line and key, if it is not such a file; NOT_FOUND,
   *     IO
   */
  public static <T extends Record> T read(Path file, Class<T> type) throws DinofsException {
    byte[] json = bytes(file);
    try {
      refuseNulls(file, json);
      return MAPPER.readValue(json, type);
    } catch (DinofsException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new DinofsException(ErrorKind.INVALID, file + ConfigurationError.describe(e), e);
    } catch (CharConversionException e) {
      throw new DinofsException(ErrorKind.INVALID, file + " is not UTF-8: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) throws DinofsException {
    if (!Files.exists(file)) {
      throw new DinofsException(ErrorKind.NOT_FOUND, "no configuration file " + file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new DinofsException(
            ErrorKind.INVALID, file + " is too large for a configuration: more than 1 MiB");
      }
      return bytes;
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The mapper itself does not tell a null from a key that is not there. */
  private static void refuseNulls(Path file, byte[] json) throws IOException {
    try (JsonParser parser = MAPPER.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_NULL) {
          String key = parser.getParsingContext().pathAsPointer().toString().replaceFirst("^/", "");
          throw new DinofsException(
              ErrorKind.INVALID,
              "%s:%d: %s: null is not a value; leave the key out"
                  .formatted(
                      file, parser.currentTokenLocation().getLineNr(), key.replace('/', '.')));
        }
      }
    }
  }

  private static JsonMapper newMapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .withCoercionConfig(
                LogicalType.Textual,
                config -> {
                  for (CoercionInputShape shape :
                      List.of(
                          CoercionInputShape.Boolean,
                          CoercionInputShape.Integer,
                          CoercionInputShape.Float)) {
                    config.setCoercion(shape, CoercionAction.Fail);
                  }
                });
    return builder.build();
  }
}
