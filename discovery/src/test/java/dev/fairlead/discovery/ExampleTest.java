package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.route.Action;
import dev.fairlead.route.Listener;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.plan.PolicyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The examples that newcomers start from. */
class ExampleTest {
  private static final ServiceName SHOP = new ServiceName("default", "shop");

  @Test
  void twoClustersIsAccepted() {
    Documents.Result result = Documents.read(List.of(Path.of("../examples/two-clusters")));

    assertThat(result).isInstanceOf(Accepted.class);
    Configuration configuration = ((Accepted) result).configuration();
    assertThat(configuration.caller().cluster()).isEqualTo("west");
    assertThat(configuration.caller().locality())
        .isEqualTo(new Locality("us-west", "us-west-1a", ""));
    assertThat(configuration.clusters())
        .extracting(Configuration.Cluster::id)
        .containsExactly("east", "west");

    Listener listener = configuration.routes().listeners().getFirst();
    assertThat(listener.name()).isEqualTo("default/web/http");
    assertThat(listener.host()).isEqualTo("127.0.0.1");
    assertThat(listener.port()).isEqualTo(8080);
    Action.Forward forward =
        (Action.Forward) listener.routes().getFirst().rules().getFirst().action();
    assertThat(forward.backends().getFirst().service()).isEqualTo(Optional.of(SHOP));

    Configuration.ServiceConfig shop = configuration.services().get(SHOP);
    assertThat(shop.endpoints())
        .extracting(endpoint -> endpoint.cluster() + " " + endpoint.address())
        .containsExactly(
            "west 127.0.0.1:9001",
            "west 127.0.0.1:9002",
            "east 127.0.0.1:9101",
            "east 127.0.0.1:9102");
    assertThat(shop.endpoints().getLast().address()).isEqualTo(new Address("127.0.0.1", 9102));
    assertThat(shop.endpoints().getLast().place().locality().region()).isEqualTo("us-east");
    Objective objective = shop.objective().orElseThrow();
    assertThat(objective.policy()).isEqualTo(PolicyKind.L3);
    assertThat(objective.mode()).isEqualTo(Mode.DRIVE);
    assertThat(configuration.prices().prices()).hasSize(2);
  }

  @Test
  void theExamplesOfPricesSayThatTheyAreExamplesAndWhereTheyAreFrom() {
    Documents.Result result = Documents.read(List.of(Path.of("../examples/prices")));

    assertThat(result).isInstanceOf(Accepted.class);
    PriceList prices = ((Accepted) result).configuration().prices();
    assertThat(prices.sheets())
        .extracting(PriceList.Sheet::provider)
        .contains("aws", "azure", "gcp");
    for (PriceList.Sheet sheet : prices.sheets()) {
      assertThat(sheet.name()).startsWith("default/example-");
      assertThat(sheet.example()).as(sheet.name()).isTrue();
      assertThat(sheet.source()).as(sheet.name()).isNotEmpty();
      assertThat(sheet.date()).as(sheet.name()).isNotEmpty();
    }
  }

  @Test
  void theExamplesOfPricesPriceClustersOfThreeClouds() throws IOException {
    StringBuilder documents = new StringBuilder();
    for (String cloud : List.of("aws", "gcp", "azure")) {
      documents.append(Files.readString(Path.of("../examples/prices/" + cloud + ".yaml")));
      documents.append("---\n");
    }
    List.of("aws us-east-1", "aws eu-west-1", "gcp us-east1", "gcp europe-west3", "azure eastus")
        .forEach(
            each -> {
              String provider = each.substring(0, each.indexOf(' '));
              String region = each.substring(provider.length() + 1);
              documents.append(
                  """
                  apiVersion: fairlead.dev/v1alpha1
                  kind: ClusterProfile
                  metadata: {name: %s}
                  spec: {provider: %s, locality: {region: %s}}
                  ---
                  """
                      .formatted(region, provider, region));
            });
    Documents.Result result = Documents.read("prices", documents.toString());
    assertThat(result).isInstanceOf(Accepted.class);
    PriceList prices = ((Accepted) result).configuration().prices();
    Locality aws = new Locality("us-east-1", "", "");
    Locality ireland = new Locality("eu-west-1", "", "");
    Locality gcp = new Locality("us-east1", "", "");
    Locality frankfurt = new Locality("europe-west3", "", "");
    Locality azure = new Locality("eastus", "", "");
    assertThat(prices.dollarsPerGiB(aws, ireland)).isEqualTo(0.02);
    assertThat(prices.dollarsPerGiB(ireland, aws)).isEqualTo(0.02);
    assertThat(prices.dollarsPerGiB(aws, gcp)).isEqualTo(0.09);
    assertThat(prices.dollarsPerGiB(ireland, azure)).isEqualTo(0.09);
    assertThat(prices.dollarsPerGiB(gcp, frankfurt)).isEqualTo(0.05);
    assertThat(prices.dollarsPerGiB(frankfurt, gcp)).isEqualTo(0.05);
    // The first GiB to the internet is free.
    assertThat(prices.dollarsPerGiB(gcp, aws)).isZero();
    MonthlyVolume month = MonthlyVolume.NONE.plus(prices.meters(gcp, aws), 1);
    assertThat(prices.dollarsPerGiB(gcp, aws, month)).isEqualTo(0.12);
    assertThat(
            prices.dollarsPerGiB(
                new Locality("us-east-1", "us-east-1a", ""),
                new Locality("us-east-1", "us-east-1b", "")))
        .isEqualTo(0.02);
  }

  @Test
  void theReferencesExamplesAreAcceptedTogether() throws IOException {
    String reference = Files.readString(Path.of("../docs/reference/documents.md"));
    String examples =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(reference)
            .results()
            .map(example -> example.group(1))
            .collect(Collectors.joining("---\n"));

    assertThat(Documents.read("documents.md", examples)).isInstanceOf(Accepted.class);
    assertThat(examples).contains("kind: Gateway", "kind: StaticResponse");
  }
}
