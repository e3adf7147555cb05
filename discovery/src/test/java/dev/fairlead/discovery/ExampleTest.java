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
