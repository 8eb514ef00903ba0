package io.dinofs.store.s3;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the SDK's clients. */
final class S3Clients {
  private S3Clients() {}

  /**
   * A client, which the caller closes.
   *
   * @param limit how long a call may take, with all its attempts
   * @param attempts how often a request is sent that fails for a moment
   * @throws DinofsException INVALID if credentials or region are not to be had
   */
  static S3Client make(S3Location location, Duration limit, int attempts) throws DinofsException {
    // A put of 64 MiB within half of the limit: slower than that is not slow but broken.
    Duration attempt = limit.dividedBy(2).plusMillis(1);
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder().connectionTimeout(attempt).socketTimeout(attempt))
            .overrideConfiguration(
                options ->
                    options
                        .apiCallTimeout(limit)
                        .apiCallAttemptTimeout(attempt)
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(attempts)
                                .circuitBreakerEnabled(false)
                                .build()))
            // Not every server knows the newer checksums; all know MD5.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .forcePathStyle(location.pathStyle());
    location.endpoint().ifPresent(builder::endpointOverride);
    location
        .region()
        .or(() -> location.endpoint().map(endpoint -> "us-east-1"))
        .ifPresent(region -> builder.region(Region.of(region)));
    try {
      return builder.build();
    } catch (SdkException e) {
      throw new DinofsException(ErrorKind.INVALID, location + ": " + e.getMessage(), e);
    }
  }
}
