package dev.fairlead.app.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running process a command talks to, and with what right. */
final class AdminOptions {
  @Option(
      names = "--admin",
      paramLabel = "URL",
      defaultValue = Addresses.DEFAULT_ADMIN,
      converter = AdminUrl.class,
      description = "Admin API of the process to ask (default ${DEFAULT-VALUE}).")
  URI admin = URI.create("http://" + Addresses.DEFAULT_ADMIN);

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Its token: the first line, as the process has it by --admin-token-file.")
  @Nullable Path tokenFile;

  AdminClient client() {
    return new AdminClient(admin, token());
  }

  private Optional<String> token() {
    if (tokenFile == null) {
      return Optional.empty();
    }
    try {
      Optional<String> token =
          Files.readString(tokenFile)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .findFirst();
      if (token.isEmpty() || !token.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new CommandFailure(
            Exit.USAGE, "--token-file: " + tokenFile + " has no token in its first line");
      }
      return token;
    } catch (NoSuchFileException e) {
      throw new CommandFailure(Exit.USAGE, "--token-file: there is no file " + tokenFile);
    } catch (IOException e) {
      throw new CommandFailure(
          Exit.USAGE, "--token-file: " + tokenFile + " cannot be read: " + e.getMessage());
    }
  }
}
