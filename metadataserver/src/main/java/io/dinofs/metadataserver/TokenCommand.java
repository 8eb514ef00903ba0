package io.dinofs.metadataserver;

import io.dinofs.access.Role;
import io.dinofs.access.Secret;
import io.dinofs.access.TokenFile;
import io.dinofs.model.DinofsException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says who may connect. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "Makes, lists and revokes the tokens by which nodes are known to both servers. A running"
          + " server knows of it within a second.",
      "As soon as a volume has had a token, nobody without one is let in."
    },
    synopsisSubcommandLabel = "(add | list | replace | revoke)",
    sortOptions = false)
final class TokenCommand {
  @Spec private CommandSpec spec;

  private TokenCommand() {}

  /** Which file it is about. */
  static final class Where {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "The server's data directory; the tokens are beside it, in DIR.tokens.")
    private Optional<Path> data = Optional.empty();

    @Option(names = "--tokens", paramLabel = "FILE", description = "The file of the tokens itself.")
    private Optional<Path> tokens = Optional.empty();

    TokenFile file() {
      return new TokenFile(
          tokens
              .or(() -> data.map(TokenFile::beside))
              .orElseThrow(
                  () -> new IllegalArgumentException("--data or --tokens is missing: of what?")));
    }
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a token for a node and prints it, once: the server keeps a hash of it only. Without"
            + " an option the node may read and write."
      })
  int add(
      @Mixin Where where,
      @Parameters(paramLabel = "NODE", description = "A name that no other node has.") String node,
      @ArgGroup Kind kind) {
    return run(
        () -> {
          Secret token = where.file().add(node, kind == null ? Role.NODE : kind.role());
          System.out.println(token.reveal());
        });
  }

  /** What a node may do, if it is not the usual. */
  static final class Kind {
    @Option(names = "--read-only", description = "It may change nothing.")
    private boolean readOnly;

    @Option(
        names = "--admin",
        description = "It may collect garbage, check, back up and export too.")
    private boolean admin;

    Role role() {
      return admin ? Role.ADMIN : readOnly ? Role.READ_ONLY : Role.NODE;
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Prints each node that has a token, what it may do, and since when.")
  int list(@Mixin Where where) {
    return run(
        () -> {
          for (TokenFile.Listed token : where.file().list()) {
            System.out.printf(
                Locale.ROOT, "%-24s %-10s %s%n", token.node(), token.role(), token.added());
          }
        });
  }

  @Command(
      name = "replace",
      mixinStandardHelpOptions = true,
      description = {
        "Makes another token for a node, which may do what it might, and prints it. The one before"
            + " counts no more: a mount takes the new one from its --token-file."
      })
  int replace(
      @Mixin Where where,
      @Parameters(paramLabel = "NODE", description = "Whose token it is.") String node) {
    return run(() -> System.out.println(where.file().replace(node).reveal()));
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Takes a node's token away; its connections are cut off.")
  int revoke(
      @Mixin Where where,
      @Parameters(paramLabel = "NODE", description = "Whose token it is.") String node) {
    return run(() -> where.file().revoke(node));
  }

  @FunctionalInterface
  private interface Action {
    void run() throws DinofsException;
  }

  private int run(Action action) {
    try {
      action.run();
      return Main.DONE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "metadataserver: " + e.getMessage(), e);
    } catch (DinofsException e) {
      System.err.println("metadataserver: " + e.getMessage());
      return Main.FAILED;
    }
  }
}
