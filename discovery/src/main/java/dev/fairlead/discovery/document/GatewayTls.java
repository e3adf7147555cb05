package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a Gateway says of TLS for all of its listeners.
 *
 * @param clientKey with what it proves itself to endpoints
 * @param clients how clients prove themselves
 * @param byPort in place of {@code clients} on these ports; empty where they need not
 */
public record GatewayTls(
    Optional<CertificateRef> clientKey,
    Optional<Validation> clients,
    Map<Integer, Optional<Validation>> byPort) {
  static final GatewayTls NONE = new GatewayTls(Optional.empty(), Optional.empty(), Map.of());

  /** Whose certificates are believed; {@code required}: clients without one are refused. */
  public record Validation(List<CertificateRef> authorities, boolean required, Value at) {}

  private record PerPort(int port, Optional<Validation> validation, Value at) {}

  /** How clients prove themselves on a port. */
  public Optional<Validation> clients(int port) {
    return byPort.getOrDefault(port, clients);
  }

  static Reader<GatewayTls> reader(String own) {
    return Structures.object(fields -> read(fields, own));
  }

  private static GatewayTls read(Fields fields, String own) {
    Optional<CertificateRef> clientKey =
        fields
            .optional(
                "backend",
                Structures.object(
                    backend -> backend.optional("clientCertificateRef", CertificateRef.ofKey(own))))
            .flatMap(ref -> ref);
    return fields
        .optional("frontend", Structures.object(frontend -> frontend(frontend, own, clientKey)))
        .orElse(new GatewayTls(clientKey, Optional.empty(), Map.of()));
  }

  private static GatewayTls frontend(
      Fields fields, String own, Optional<CertificateRef> clientKey) {
    Optional<Validation> clients =
        fields.required("default", Structures.object(each -> config(each, own))).flatMap(v -> v);
    Map<Integer, Optional<Validation>> byPort = new HashMap<>();
    List<PerPort> ports =
        fields.optional(
            "perPort",
            Structures.list(Structures.object(each -> perPort(each, own)), 0, 64),
            List.of());
    for (PerPort each : ports) {
      if (byPort.put(each.port, each.validation) != null) {
        each.at.problem("a second one for port " + each.port, "keep one");
      }
    }
    return new GatewayTls(clientKey, clients, Map.copyOf(byPort));
  }

  private static PerPort perPort(Fields fields, String own) {
    return new PerPort(
        fields.required("port", Names.PORT, 0),
        fields.required("tls", Structures.object(each -> config(each, own))).flatMap(v -> v),
        fields.value());
  }

  private static Optional<Validation> config(Fields fields, String own) {
    return fields.optional("validation", Structures.object(each -> validation(each, own)));
  }

  private static Validation validation(Fields fields, String own) {
    return new Validation(
        fields.required(
            "caCertificateRefs",
            Structures.list(CertificateRef.ofAuthorities(own), 1, 8),
            List.of()),
        fields.optional(
            "mode",
            Scalars.oneOf(Map.of("AllowValidOnly", true, "AllowInsecureFallback", false)),
            true),
        fields.value());
  }
}
