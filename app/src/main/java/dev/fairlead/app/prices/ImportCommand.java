package dev.fairlead.app.prices;

import dev.fairlead.app.command.CommandFailure;
import dev.fairlead.app.command.Exit;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.Span;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads published price lists from disk, writes a PriceSheet, and says what it left out. */
@Command(
    name = "import",
    description = {
      "Make a PriceSheet of a cloud's published price list.",
      "aws: an offer file of the Price List Bulk API (AWSDataTransfer), JSON.",
      "gcp: SKUs of the Cloud Billing Catalog API, JSON, one file for each page.",
      "azure: the Retail Prices API's answer, JSON, one file for each page.",
      "Nothing is fetched."
    })
final class ImportCommand implements Callable<Integer> {
  private static final Path STDIN = Path.of("-");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "aws|gcp|azure",
      description = "Whose list it is.")
  private Cloud cloud = Cloud.AWS;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|-",
      description = "The list's files; - reads standard input.")
  private List<Path> files = List.of();

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Only prices between these regions, and from them; may be repeated.")
  private Set<String> regions = new LinkedHashSet<>();

  @Option(
      names = "--gigabyte",
      paramLabel = "binary|decimal",
      defaultValue = "binary",
      description =
          "What the list means by GB, where it says no unit of its own: 2^30 or 10^9 bytes"
              + " (default ${DEFAULT-VALUE}).")
  private Gigabyte gigabyte = Gigabyte.BINARY;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write the PriceSheet (default: standard output).")
  private @Nullable Path output;

  @Override
  public Integer call() {
    if (files.size() > 1 && files.contains(STDIN)) {
      throw new ParameterException(spec.commandLine(), "- stands alone, without files");
    }
    Imported imported = new Imported(cloud, regions, gigabyte);
    files.forEach(file -> read(file, imported));
    List<Price> prices = imported.prices();
    summarise(imported, prices);
    if (prices.isEmpty()) {
      throw new CommandFailure(
          Exit.DOCUMENTS, "no price was found (is it " + cloud.provider() + "'s price list?)");
    }
    write(SheetWriter.write(imported, prices, comments(imported), source()));
    return Exit.OK;
  }

  private void read(Path file, Imported imported) {
    boolean stdin = file.equals(STDIN);
    try (InputStream in = stdin ? System.in : Files.newInputStream(file);
        JsonInput json =
            new JsonInput(stdin ? "<stdin>" : file.toString(), new BufferedInputStream(in))) {
      cloud.format().read(json, imported);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(Exit.UNAVAILABLE, file + ": there is no such file");
    } catch (IOException e) {
      throw new CommandFailure(Exit.UNAVAILABLE, file + ": cannot be read: " + e.getMessage());
    }
  }

  private static List<String> comments(Imported imported) {
    List<String> comments = new ArrayList<>();
    comments.add("Imported from " + imported.cloud().provider() + "'s published price list.");
    comments.add("List prices: what a contract changes, change here.");
    unit(imported).ifPresent(comments::add);
    return comments;
  }

  /** Google says GiB itself. */
  private static Optional<String> unit(Imported imported) {
    return imported.cloud() == Cloud.GCP
        ? Optional.empty()
        : Optional.of("A GB of the list is taken as " + imported.gigabyte().spelled() + ".");
  }

  private String source() {
    List<String> names =
        files.stream()
            .map(file -> Optional.ofNullable(file.getFileName()))
            .map(ImportCommand::name)
            .toList();
    return cloud.provider() + " price list: " + String.join(", ", names);
  }

  private static String name(Optional<Path> file) {
    return file.map(Path::toString).filter(name -> !name.equals("-")).orElse("standard input");
  }

  private void write(String sheet) {
    Path file = output;
    if (file == null) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(sheet);
      out.flush();
      return;
    }
    try {
      Files.writeString(file, sheet);
    } catch (IOException e) {
      throw new CommandFailure(Exit.UNAVAILABLE, file + ": cannot be written: " + e.getMessage());
    }
  }

  private void summarise(Imported imported, List<Price> prices) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "taken: "
            + count(prices, Span.CROSS_ZONE)
            + " between zones, "
            + (count(prices, Span.ANY) + count(prices, Span.CROSS_REGION))
            + " between regions, "
            + count(prices, Span.INTERNET)
            + " to the internet");
    imported
        .skipped()
        .forEach((reason, number) -> err.println("skipped " + number + ": " + reason));
    imported.notes().forEach(err::println);
    unit(imported)
        .filter(unit -> !prices.isEmpty())
        .ifPresent(unit -> err.println(unit + " (--gigabyte changes that)"));
    err.flush();
  }

  private static int count(List<Price> prices, Span span) {
    return Collections.frequency(prices.stream().map(price -> price.scope().span()).toList(), span);
  }
}
