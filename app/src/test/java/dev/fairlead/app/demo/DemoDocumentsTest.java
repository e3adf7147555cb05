package dev.fairlead.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.discovery.Documents;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.plan.PolicyKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DemoDocumentsTest {
  @TempDir private Path folder;

  private Configuration read(DemoPolicy policy) throws IOException {
    new DemoDocuments(
            Topology.DEMO,
            new InetSocketAddress("127.0.0.1", 8080),
            Map.of(
                "west", List.of(new InetSocketAddress("127.0.1.1", 9001)),
                "central", List.of(new InetSocketAddress("127.0.2.101", 9002)),
                "east", List.of(new InetSocketAddress("127.0.3.101", 9003))))
        .write(policy, folder);
    Documents.Result result = Documents.read(List.of(folder));
    assertThat(result).isInstanceOf(Documents.Result.Accepted.class);
    return ((Documents.Result.Accepted) result).configuration();
  }

  private ServiceConfig service(DemoPolicy policy) throws IOException {
    return read(policy).services().get(new ServiceName("default", DemoDocuments.SERVICE));
  }

  @ParameterizedTest
  @EnumSource
  void whatTheDemoWritesIsAccepted(DemoPolicy policy) throws IOException {
    Configuration read = read(policy);
    assertThat(read.caller().cluster()).isEqualTo("west");
    assertThat(read.clusters()).hasSize(3);
    assertThat(service(policy).endpoints())
        .extracting(endpoint -> endpoint.place().cluster())
        .containsExactlyInAnyOrder("west", "central", "east");
    assertThat(
            read.prices()
                .dollarsPerGiB(
                    new Locality("us-west", "us-west-a", ""),
                    new Locality("us-east", "us-east-a", "")))
        .isEqualTo(0.02);
  }

  @Test
  void evenIsRoundRobinOverAllEndpointsWithoutSteering() throws IOException {
    ServiceConfig service = service(DemoPolicy.EVEN);
    assertThat(service.policy().algorithm()).isEqualTo(new Algorithm.RoundRobin());
    assertThat(service.policy().locality().preference()).isEmpty();
    assertThat(service.objective()).isEmpty();
  }

  @Test
  void l3IsAsPublished() throws IOException {
    assertThat(service(DemoPolicy.L3).objective())
        .isEqualTo(
            Optional.of(
                new Objective(
                    PolicyKind.L3, Mode.DRIVE, Duration.ofSeconds(5), ChangeControl.OFF)));
    assertThat(service(DemoPolicy.L3).policy().algorithm()).isEqualTo(Algorithm.PeakEwma.DEFAULT);
  }

  @Test
  void theDefaultTunesNothingButModeAndPeriod() throws IOException {
    ServiceConfig service = service(DemoPolicy.DEFAULT);
    assertThat(service.objective().orElseThrow().mode()).isEqualTo(Mode.DRIVE);
    assertThat(service.objective().orElseThrow().period()).isEqualTo(Duration.ofSeconds(1));
    assertThat(service.objective().orElseThrow().changeControl()).isEqualTo(ChangeControl.DEFAULT);
    assertThat(service.policy().algorithm()).isEqualTo(Algorithm.DEFAULT);
  }
}
