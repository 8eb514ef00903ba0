package io.dinofs.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class S3LocationTest {
  @Test
  void aUrlNamesBucketPrefixAndServer() {
    assertEquals(
        new S3Location("b", "", Optional.empty(), Optional.empty(), false),
        S3Location.parse("s3://b"));
    assertEquals(
        new S3Location(
            "b", "p/q/", Optional.of(URI.create("http://h:1")), Optional.of("eu-central-1"), true),
        S3Location.parse("s3://b/p/q?endpoint=http://h:1&region=eu-central-1&pathStyle=true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3:b", "http://b", "s3:///p", "s3://b?colour=red", "s3://b?endpoint=nonsense"})
  void whatIsNotSuchAUrlIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> S3Location.parse(text));
  }
}
