package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Documents.Result.Refused;
import dev.fairlead.route.ClientTrust;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.ServerTls;
import dev.fairlead.route.ServerTls.TlsVersion;
import dev.fairlead.route.UpstreamTls;
import dev.fairlead.route.UpstreamTls.PeerName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and what refers to them. */
class TlsDocumentsTest {
  private static final Path CERTIFICATES = Path.of("src/test/resources/certificates");

  @TempDir Path folder;

  private static String pem(String name) throws IOException {
    return Files.readString(CERTIFICATES.resolve(name));
  }

  private static String base64(String name) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(CERTIFICATES.resolve(name)));
  }

  private static String gateway(String tls, String more) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: web}
    spec:
      listeners: [{name: https, port: 8443, protocol: HTTPS, tls: %s}]
    %s
    ---
    """
        .formatted(tls, more.indent(2).stripTrailing());
  }

  private static String secret(String name, String certificate, String key) throws IOException {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: %s}
    type: kubernetes.io/tls
    data: {tls.crt: %s, tls.key: %s}
    ---
    """
        .formatted(name, base64(certificate), base64(key));
  }

  private static RouteConfig accepted(String text) {
    Documents.Result result = Documents.read("t.yaml", text);
    assertThat(result).as("%s", result).isInstanceOf(Accepted.class);
    return ((Accepted) result).configuration().routes();
  }

  private static List<String> problems(String text) {
    Documents.Result result = Documents.read("t.yaml", text);
    assertThat(result).isInstanceOf(Refused.class);
    return ((Refused) result).problems().stream().map(Problem::toString).toList();
  }

  @Test
  void keysOfEachFormBelongToTheirCertificates() throws IOException {
    for (String[] pair :
        new String[][] {
          {"ec.crt", "ec.key"}, {"ec.crt", "ec-sec1.key"}, {"rsa.crt", "rsa-pkcs1.key"}
        }) {
      RouteConfig routes =
          accepted(gateway("{certificateRefs: [{name: s}]}", "") + secret("s", pair[0], pair[1]));
      assertThat(routes.listeners().getFirst().tls())
          .contains(
              new ServerTls(List.of("Secret default/s"), Optional.empty(), TlsVersion.TLS_1_2));
      assertThat(routes.credentials().key("Secret default/s").chain()).hasSize(1);
      assertThat(routes.toString()).doesNotContain("PRIVATE").doesNotContain("BigInteger");
    }
  }

  @Test
  void whatIsNoPairIsRefusedWhereItIs() throws IOException {
    String gateway = gateway("{certificateRefs: [{name: s}]}", "");
    assertThat(problems(gateway + secret("s", "ec.crt", "rsa-pkcs1.key")))
        .singleElement()
        .asString()
        .startsWith("t.yaml:12:844: ")
        .contains("data['tls.key']: has a private key that cannot be read as EC");
    assertThat(problems(gateway + secret("s", "ec.crt", "encrypted.key")))
        .singleElement()
        .asString()
        .contains("data['tls.key']: is encrypted (store it without a password)");
    assertThat(problems(gateway + secret("s", "weak.crt", "ec.key")))
        .singleElement()
        .asString()
        .contains("data['tls.crt']: is for an RSA key of 1024 bits");
    assertThat(problems(gateway + secret("s", "ec.key", "ec.key")))
        .singleElement()
        .asString()
        .contains("data['tls.crt']: has no certificate");
    assertThat(problems(gateway + "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"))
        .singleElement()
        .asString()
        .contains("metadata.name: has no certificate (tls.crt)");
    assertThat(problems(gateway + secret("other", "ec.crt", "ec.key")))
        .containsExactly(
            "t.yaml:5:82: spec.listeners[0].tls.certificateRefs[0]: no Secret 's' in namespace"
                + " 'default' (known are other)");
  }

  @Test
  void filesAreFoundBesideTheDocumentAndRememberedEvenIfTheyAreNotThere() throws IOException {
    Path file = folder.resolve("all.yaml");
    Files.writeString(
        file,
        gateway("{certificateRefs: [{group: fairlead.dev, kind: CertificateFiles, name: f}]}", "")
            + """
            apiVersion: fairlead.dev/v1alpha1
            kind: CertificateFiles
            metadata: {name: f}
            spec: {folder: mounted}
            """);
    Path mounted = folder.resolve("mounted");
    Documents.Result without = Documents.read(List.of(file));
    assertThat(without).isInstanceOf(Refused.class);
    assertThat(((Refused) without).problems())
        .singleElement()
        .asString()
        .contains("spec.folder: the file " + mounted.resolve("tls.crt") + " does not exist");
    assertThat(without.files()).containsExactly(mounted.resolve("tls.crt"));

    // As Kubernetes mounts a Secret: links through a folder that is swapped as a whole.
    Path data = Files.createDirectories(mounted.resolve("..data"));
    Files.writeString(data.resolve("tls.crt"), pem("rsa.crt"));
    Files.writeString(data.resolve("tls.key"), pem("rsa-pkcs1.key"));
    Files.createSymbolicLink(mounted.resolve("tls.crt"), Path.of("..data/tls.crt"));
    Files.createSymbolicLink(mounted.resolve("tls.key"), Path.of("..data/tls.key"));
    Documents.Result with = Documents.read(List.of(file));
    assertThat(with).isInstanceOf(Accepted.class);
    assertThat(with.files())
        .containsExactly(mounted.resolve("tls.crt"), mounted.resolve("tls.key"));
  }

  @Test
  void clientsAreTrustedByPort() throws IOException {
    String trust =
        """
        tls:
          backend: {clientCertificateRef: {name: s}}
          frontend:
            default: {validation: {caCertificateRefs: [{kind: ConfigMap, group: "", name: ca}]}}
            perPort: [{port: 9443, tls: {}}]
        """;
    String authority =
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca}\ndata:\n  ca.crt: |\n"
            + pem("ec.crt").indent(4);
    String listener =
        "{certificateRefs: [{name: s}], options: {fairlead.dev/minimum-version: \"1.3\","
            + " fairlead.dev/trust-domains: \"one.example,two\"}}";
    RouteConfig routes =
        accepted(gateway(listener, trust) + secret("s", "ec.crt", "ec.key") + authority);
    Listener found = routes.listeners().getFirst();
    assertThat(found.clientKey()).contains("Secret default/s");
    assertThat(found.tls().orElseThrow().oldest()).isEqualTo(TlsVersion.TLS_1_3);
    assertThat(found.tls().orElseThrow().clients())
        .contains(
            new ClientTrust(List.of("ConfigMap default/ca"), true, Set.of("one.example", "two")));
    // On the other port clients need nothing, so naming their trust domains is a mistake.
    String elsewhere = gateway(listener, trust).replace("port: 8443", "port: 9443");
    assertThat(problems(elsewhere + secret("s", "ec.crt", "ec.key") + authority))
        .singleElement()
        .asString()
        .contains("names trust domains, but clients need no certificate");
  }

  @Test
  void anotherNamespaceMustAllowItsUse() throws IOException {
    String gateway = gateway("{certificateRefs: [{name: s, namespace: vault}]}", "");
    String secret = secret("s, namespace: vault", "ec.crt", "ec.key");
    String grant =
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: g, namespace: vault}
        spec:
          from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: default}]
          to: [{group: "", kind: Secret, name: s}]
        """;
    assertThat(accepted(gateway + secret + grant).credentials().keys())
        .containsKey("Secret vault/s");
    for (String other :
        List.of(
            "",
            grant.replace("name: s}", "name: t}"),
            grant.replace("kind: Gateway", "kind: HTTPRoute"),
            grant.replace("namespace: vault", "namespace: other"),
            grant.replace("namespace: default", "namespace: other"))) {
      assertThat(problems(gateway + secret + other))
          .singleElement()
          .asString()
          .contains("refers to a Secret in another namespace, which does not allow it");
    }
  }

  @Test
  void servicesAreSpokenToInTls() throws IOException {
    String service =
        """
        apiVersion: fairlead.dev/v1alpha1
        kind: ServiceEndpoints
        metadata: {name: shop}
        spec: {clusters: [{addresses: ["127.0.0.1:1"]}]}
        ---
        """;
    String policy =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: shop}
        spec:
          targetRefs: [{group: "", kind: Service, name: shop}]
          validation: %s
        """;
    ServiceName shop = new ServiceName("default", "shop");
    RouteConfig system =
        accepted(
            service + policy.formatted("{wellKnownCACertificates: System, hostname: shop.in}"));
    assertThat(system.upstreams().get(shop))
        .isEqualTo(new UpstreamTls("shop.in", List.of(new PeerName.Host("shop.in")), List.of()));
    RouteConfig named =
        accepted(
            service
                + policy.formatted(
                    "{wellKnownCACertificates: System, hostname: shop.in, subjectAltNames:"
                        + " [{type: URI, uri: \"spiffe://one/shop\"}, {type: Hostname, hostname:"
                        + " \"*.in\"}]}"));
    assertThat(named.upstreams().get(shop).names())
        .containsExactly(new PeerName.Uri("spiffe://one/shop"), new PeerName.Host("*.in"));
    for (String none : List.of("{hostname: shop.in}", "{caCertificateRefs: [], hostname: s}")) {
      assertThat(problems(service + policy.formatted(none)))
          .singleElement()
          .asString()
          .contains("names no authorities");
    }
    String authority =
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca}\ndata:\n  ca.crt: |\n"
            + pem("ec.crt").indent(4);
    String ref = "caCertificateRefs: [{group: \"\", kind: ConfigMap, name: ca}]";
    assertThat(
            accepted(service + policy.formatted("{hostname: s, " + ref + "}") + authority)
                .upstreams()
                .get(shop)
                .authorities())
        .containsExactly("ConfigMap default/ca");
    String both = "{wellKnownCACertificates: System, hostname: s, " + ref + "}";
    assertThat(problems(service + policy.formatted(both) + authority))
        .singleElement()
        .asString()
        .contains("names its authorities twice");
  }

  @Test
  void aListenerSpeaksTlsOrDoesNot() throws IOException {
    assertThat(problems(gateway("null", "")))
        .singleElement()
        .asString()
        .contains("HTTPS needs a certificate");
    String both =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          listeners:
            - {name: a, port: 80, protocol: HTTP, hostname: a.example}
            - {name: b, port: 80, protocol: HTTPS, tls: {certificateRefs: [{name: s}]}}
            - {name: c, port: 81, protocol: HTTP, tls: {certificateRefs: [{name: s}]}}
        ---
        """;
    assertThat(problems(both + secret("s", "ec.crt", "ec.key")))
        .satisfiesExactly(
            one -> assertThat(one).contains("taken by a listener of another protocol"),
            two -> assertThat(two).contains("only HTTPS and TLS have it"));
  }

  @Test
  void connectionsAreLedByNameOrByPort() {
    String documents =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          listeners:
            - {name: named, port: 8443, protocol: TLS, hostname: "*.example", tls: {mode: Passthrough}}
            - {name: any, port: 5432, protocol: TCP}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ServiceEndpoints
        metadata: {name: shop}
        spec: {clusters: [{addresses: ["127.0.0.1:1"]}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: TLSRoute
        metadata: {name: named}
        spec:
          parentRefs: [{name: web}]
          hostnames: [shop.example, elsewhere]
          rules: [{backendRefs: [{name: shop, weight: 3}]}]
        ---
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TCPRoute
        metadata: {name: any}
        spec:
          parentRefs: [{name: web, sectionName: any}]
          rules: [{backendRefs: [{name: shop}]}]
        """;
    RouteConfig routes = accepted(documents);
    assertThat(routes.listeners()).isEmpty();
    assertThat(routes.tunnels())
        .satisfiesExactly(
            named -> {
              assertThat(named.byName()).isTrue();
              assertThat(named.hostname()).isEqualTo(new HostPattern("*.example"));
              assertThat(named.tunnels().getFirst().hosts())
                  .containsExactly(new HostPattern("shop.example"));
              assertThat(named.tunnels().getFirst().to().backends().getFirst().weight())
                  .isEqualTo(3);
            },
            any -> {
              assertThat(any.byName()).isFalse();
              assertThat(any.port()).isEqualTo(5432);
              assertThat(any.tunnels().getFirst().hosts()).containsExactly(HostPattern.ANY);
            });
    assertThat(problems(documents.replace("sectionName: any", "sectionName: named")))
        .singleElement()
        .asString()
        .contains("no such listener takes a TCPRoute");
    assertThat(problems(documents.replace("port: 5432", "port: 8443")))
        .singleElement()
        .asString()
        .contains("taken by a listener of another protocol");
    assertThat(problems(documents.replace("mode: Passthrough", "mode: Terminate")))
        .isNotEmpty()
        .first()
        .asString()
        .contains("'Terminate' is not supported yet");
  }
}
