package dev.fairlead.app.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fairlead.app.command.Entry;
import dev.fairlead.app.command.Exit;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Here;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The three clouds' formats, as far as they matter, and what is broken in them. */
class ImportCommandTest {
  private static final Path LISTS = Path.of("src/test/resources/prices");

  @TempDir Path folder;

  private record Run(int exit, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("prices", "import"));
    all.addAll(List.of(arguments));
    int exit =
        Entry.commandLine(Map.of(), List.of(new PricesCommand()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }

  private static Run imported(String cloud, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--from", cloud));
    arguments.add(LISTS.resolve(cloud + ".json").toString());
    arguments.addAll(List.of(more));
    Run run = run(arguments.toArray(String[]::new));
    assertThat(run.exit()).as(run.err()).isEqualTo(Exit.OK);
    return run;
  }

  /** As `run` would have them, with a cluster of the cloud in each of some regions. */
  private static PriceList read(String sheet, String provider, String... regions) {
    StringBuilder documents = new StringBuilder(sheet);
    for (String region : regions) {
      documents.append(
          """
          ---
          apiVersion: fairlead.dev/v1alpha1
          kind: ClusterProfile
          metadata: {name: %s}
          spec: {provider: %s, locality: {region: %s}}
          """
              .formatted(region, region.equals("elsewhere") ? "other" : provider, region));
    }
    Documents.Result result =
        Documents.read("sheet", documents.toString(), new Here(Optional.empty(), Optional.empty()));
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).configuration().prices();
  }

  private static Locality place(String region, String zone) {
    return new Locality(region, zone, "");
  }

  private static double price(PriceList prices, String from, String to) {
    return prices.dollarsPerGiB(place(from, ""), place(to, ""));
  }

  @Test
  void anOfferFileOfAwsBecomesASheet() {
    Run run = imported("aws");
    PriceList prices = read(run.out(), "aws", "us-east-1", "eu-west-1", "elsewhere");
    assertThat(prices.sheets())
        .containsExactly(
            new PriceList.Sheet(
                "default/aws", "aws", "aws price list: aws.json", "2026-07-20", false));
    assertThat(prices.dollarsPerGiB(place("us-east-1", "a"), place("us-east-1", "b")))
        .isEqualTo(0.02);
    assertThat(prices.dollarsPerGiB(place("us-east-1", "a"), place("us-east-1", "a"))).isZero();
    assertThat(price(prices, "us-east-1", "eu-west-1")).isEqualTo(0.02);
    assertThat(price(prices, "eu-west-1", "us-east-1")).isZero();
    assertThat(price(prices, "us-east-1", "elsewhere")).isEqualTo(0.09);
    Locality from = place("us-east-1", "");
    Locality to = place("elsewhere", "");
    MonthlyVolume month = MonthlyVolume.NONE.plus(prices.meters(from, to), 10_240);
    assertThat(prices.dollarsPerGiB(from, to, month)).isEqualTo(0.085);
    assertThat(run.err())
        .contains("taken: 1 between zones, 1 between regions, 1 to the internet")
        .contains("skipped 1: inbound: the sender pays")
        .contains("skipped 1: meters other than DataTransfer-Regional-Bytes")
        .contains("skipped 1: from or to an AWS Local Zone")
        .contains("skipped 1: no data transfer")
        .contains("skipped 1: transferType 'CloudFront Outbound'")
        .contains("A GB of the list is taken as 2^30 bytes. (--gigabyte changes that)");
  }

  @Test
  void aDecimalGigabyteIsConverted() {
    Run run = imported("aws", "--gigabyte", "decimal");
    PriceList prices = read(run.out(), "aws", "us-east-1", "eu-west-1", "elsewhere");
    assertThat(price(prices, "us-east-1", "eu-west-1")).isEqualTo(0.02147483648);
    Locality from = place("us-east-1", "");
    Locality to = place("elsewhere", "");
    double tierEnds = 10_240 * 1e9 / (1L << 30);
    MonthlyVolume before = MonthlyVolume.NONE.plus(prices.meters(from, to), tierEnds * 0.999999);
    MonthlyVolume after = MonthlyVolume.NONE.plus(prices.meters(from, to), tierEnds * 1.000001);
    assertThat(prices.dollarsPerGiB(from, to, before)).isEqualTo(0.09663676416);
    assertThat(prices.dollarsPerGiB(from, to, after)).isEqualTo(0.09126805504);
    assertThat(run.err()).contains("taken as 10^9 bytes");
  }

  @Test
  void pagesOfGooglesCatalogBecomeASheet() {
    Run run = imported("gcp");
    PriceList prices =
        read(run.out(), "gcp", "us-central1", "us-east4", "europe-west3", "elsewhere");
    assertThat(prices.dollarsPerGiB(place("us-east4", "a"), place("us-east4", "b")))
        .isEqualTo(0.01);
    assertThat(price(prices, "us-central1", "us-east4")).isEqualTo(0.02);
    assertThat(price(prices, "us-central1", "europe-west3")).isEqualTo(0.05);
    assertThat(price(prices, "europe-west3", "us-central1")).isZero();
    assertThat(price(prices, "us-east4", "elsewhere")).isEqualTo(0.12);
    assertThat(prices.sheets().getFirst().date()).isEqualTo("2026-06-01");
    assertThat(run.err())
        .contains("to 'Atlantis', of which no region's code is known")
        .contains("skipped 1: to the internet in another part of the world")
        .contains("skipped 1: of families other than Network")
        .contains("skipped 1: per 'h'")
        .contains("the list goes on")
        .doesNotContain("--gigabyte");
  }

  @Test
  void anAnswerOfAzuresRetailPricesBecomesASheet() {
    Run run = imported("azure");
    PriceList prices = read(run.out(), "azure", "koreacentral", "eastus", "elsewhere");
    assertThat(price(prices, "koreacentral", "eastus")).isEqualTo(0.08);
    assertThat(prices.dollarsPerGiB(place("koreacentral", "1"), place("koreacentral", "2")))
        .isEqualTo(0.02);
    Locality from = place("koreacentral", "");
    Locality to = place("elsewhere", "");
    assertThat(prices.dollarsPerGiB(from, to)).isZero();
    MonthlyVolume month = MonthlyVolume.NONE.plus(prices.meters(from, to), 100);
    assertThat(prices.dollarsPerGiB(from, to, month)).isEqualTo(0.12);
    assertThat(run.err())
        .contains("skipped 1: product 'Bandwidth - Routing Preference: Internet'")
        .contains("skipped 1: of services other than Bandwidth")
        .contains("skipped 1: not in USD")
        .contains("skipped 1: reservations and offers for tests")
        .contains("skipped 1: meter 'Standard Data Transfer In'")
        .contains("skipped 1: without a price for the first GB: is a page missing?");
  }

  @Test
  void onlyTheRegionsThatAreAskedForAreTaken() {
    Run run = imported("gcp", "--region", "us-central1", "--region", "us-east4");
    assertThat(run.out()).contains("to: us-east4").doesNotContain("europe");
    assertThat(run.err()).contains("of regions that --region does not name");
  }

  @Test
  void theSheetIsWrittenWhereItIsAskedFor() throws IOException {
    Path file = folder.resolve("aws.yaml");
    Run run = imported("aws", "-o", file.toString());
    assertThat(run.out()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo(imported("aws").out());
    assertThat(run("--from", "aws", LISTS.resolve("aws.json").toString(), "-o", "/no/such/dir/x"))
        .satisfies(failed -> assertThat(failed.exit()).isEqualTo(Exit.UNAVAILABLE))
        .satisfies(failed -> assertThat(failed.err()).contains("cannot be written"));
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments("nothing", "aws", "", ": is empty"),
        arguments("no JSON", "aws", "SKU,Offer", ":1:"),
        arguments("an array", "aws", "[]", ":1:1: is not an object"),
        arguments("cut off", "gcp", "{\"skus\": [{\"description\": \"x\"", "is not JSON: Unexp"),
        arguments("two texts", "gcp", "{\"skus\": []} {}", "goes on after its end"),
        arguments("a field of another shape", "gcp", "{\"skus\": 7}", ":1:10: 'skus': is not an"),
        arguments(
            "terms before products",
            "aws",
            "{\"terms\": {}, \"products\": {}}",
            ":1:11: 'terms': stands before 'products'"),
        arguments(
            "a negative price",
            "azure",
            "{\"Items\": [\n{\"retailPrice\": -1}]}",
            ":2:17: 'Items.0.retailPrice': '-1' is outside 0…"),
        arguments(
            "no number",
            "azure",
            "{\"Items\": [{\"retailPrice\": \"cheap\"}]}",
            "'Items.0.retailPrice': 'cheap' is not a number"),
        arguments(
            "NaN", "azure", "{\"Items\": [{\"retailPrice\": \"NaN\"}]}", "'NaN' is outside 0…"),
        arguments("tiers without end", "azure", tiers(40), "more than 32 tiers of one price"),
        arguments("another cloud's list", "gcp", "{\"Items\": []}", "no price was found"),
        arguments("too deep", "gcp", "{\"a\":".repeat(100), "nesting depth"),
        arguments("too long", "gcp", "{\"a\": \"" + "x".repeat(2_000_000) + "\"}", "no price"));
  }

  private static String tiers(int number) {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < number; i++) {
      items.append(i == 0 ? "" : ",");
      items.append("{\"serviceName\": \"Bandwidth\", \"productName\": \"Rtn Preference: MGN\",");
      items.append(
          "\"type\": \"Consumption\", \"currencyCode\": \"USD\", \"unitOfMeasure\": \"1 GB\",");
      items.append("\"armRegionName\": \"eastus\", \"effectiveStartDate\": \"not a time\",");
      items.append("\"meterName\": \"Standard Data Transfer Out\", \"retailPrice\": 1,");
      items.append("\"tierMinimumUnits\": ").append(i).append("}");
    }
    return "{\"Items\": [" + items + "]}";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void whatIsBrokenIsRefusedWithItsPlace(String name, String cloud, String text, String message)
      throws IOException {
    Path file = Files.writeString(folder.resolve("list.json"), text);
    Run run = run("--from", cloud, file.toString());
    assertThat(run.exit()).as(name).isEqualTo(Exit.DOCUMENTS);
    assertThat(run.err()).contains(message).doesNotContain("Exception");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void mistakesOfUsageSaySo() {
    assertThat(run("--from", "ibm", "x").err()).contains("'ibm' is none of aws, gcp, azure");
    assertThat(run("--from", "aws", "no-such-file").exit()).isEqualTo(Exit.UNAVAILABLE);
    assertThat(run("--from", "aws", "-", "x").exit()).isEqualTo(Exit.USAGE);
    assertThat(run("--from", "aws").exit()).isEqualTo(Exit.USAGE);
  }
}
