package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Documents.Result.Refused;
import dev.fairlead.route.RouteConfig;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many traces each listener records, as a Gateway's annotation has it. */
class TraceRatiosTest {
  private static String gateway(String annotations) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata:
      name: web
      annotations: {example.com/other: x, %s}
    spec:
      listeners:
        - {name: http, port: 8080, protocol: HTTP}
        - {name: admin, port: 8081, protocol: HTTP}
        - {name: any, port: 5432, protocol: TCP}
    """
        .formatted(annotations);
  }

  private static RouteConfig accepted(String annotations) {
    return ((Accepted) Documents.read("gateway.yaml", gateway(annotations)))
        .configuration()
        .routes();
  }

  private static List<String> ratios(String annotations) {
    RouteConfig routes = accepted(annotations);
    return java.util.stream.Stream.concat(
            routes.listeners().stream().map(each -> each.traceRatio()),
            routes.tunnels().stream().map(each -> each.traceRatio()))
        .map(OptionalDouble::toString)
        .toList();
  }

  @Test
  void eachListenerHasItsOwnOrThatOfAll() {
    assertThat(ratios("a: b"))
        .containsExactly("OptionalDouble.empty", "OptionalDouble.empty", "OptionalDouble.empty");
    assertThat(ratios("fairlead.dev/trace-ratio: \"0.01, admin=0,any=1\""))
        .containsExactly("OptionalDouble[0.01]", "OptionalDouble[0.0]", "OptionalDouble[1.0]");
    assertThat(ratios("fairlead.dev/trace-ratio: \"http=0.5\""))
        .containsExactly("OptionalDouble[0.5]", "OptionalDouble.empty", "OptionalDouble.empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "fairlead.dev/trace-ratio: \"1.5\" | '1.5' is not a ratio",
        "fairlead.dev/trace-ratio: \"1%\" | '1%' is not a ratio",
        "fairlead.dev/trace-ratio: \"-0.1\" | '-0.1' is not a ratio",
        "fairlead.dev/trace-ratio: \"\" | '' is not a ratio",
        "fairlead.dev/trace-ratio: \"http=\" | '' is not a ratio",
        "fairlead.dev/trace-ratio: \"0.1,0.2\" | '0.2' is a second ratio for the same",
        "fairlead.dev/trace-ratio: \"any=1,any=0\" | 'any=0' is a second ratio for the same",
        "fairlead.dev/trace-ratio: \"htp=1\" | there is no listener 'htp'",
        "fairlead.dev/trace-ratios: \"1\" | no such annotation of a Gateway",
      })
  void whatIsNoneIsRefusedWhereItStands(String annotation, String why) {
    assertThat(((Refused) Documents.read("gateway.yaml", gateway(annotation))).problems())
        .singleElement()
        .asString()
        .startsWith("gateway.yaml:5:")
        .contains(": metadata.annotations['fairlead.dev/")
        .contains(why);
  }
}
