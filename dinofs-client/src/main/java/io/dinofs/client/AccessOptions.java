package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.access.Secret;
import io.dinofs.access.ShownToken;
import io.dinofs.model.DinofsException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the servers are known for the right ones, and this node to them. */
final class AccessOptions {
  /** The token itself, if no file has it. */
  private static final String VARIABLE = "DINOFS_TOKEN";

  @Mixin private TlsOptions tls;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "The token of this node, as metadataserver token add has printed it, in a file that only its",
        "owner can reach. Read again when a server refuses what was in it. Default: what the",
        "environment says in " + VARIABLE
      })
  private String tokenFile;

  @Option(
      names = "--insecure",
      arity = "0",
      description = "Show the token to other machines without TLS too.")
  private Boolean insecure;

  AccessOptions() {}

  /** As {@link #open(ClientConfig)}, without a configuration file. */
  Access open() throws DinofsException {
    return open(ClientConfig.EMPTY);
  }

  /**
   * @param file where the command line is silent
   * @throws IllegalArgumentException if the options do not fit together
   * @throws DinofsException NOT_FOUND, INVALID for a file
   */
  Access open(ClientConfig file) throws DinofsException {
    return new Access(
        tls.open(file),
        token(Options.first(tokenFile, file.tokenFile(), null), System.getenv(VARIABLE)),
        Options.first(insecure, file.insecure(), false));
  }

  private static Optional<ShownToken> token(String path, String variable) throws DinofsException {
    if (path != null) {
      return Optional.of(ShownToken.in(WorkingDirectory.ofUser().resolve(path)));
    }
    if (variable == null || variable.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ShownToken.of(Secret.parse(variable.strip())));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(VARIABLE + " has " + e.getMessage(), e);
    }
  }
}
