package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Nearest;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Every kind that can be read, by name. */
public final class Kinds {
  public static final String BACKEND_TLS_POLICY = "BackendTLSPolicy";
  public static final String CERTIFICATE_FILES = "CertificateFiles";
  public static final String CONFIG_MAP = "ConfigMap";
  public static final String GATEWAY = "Gateway";
  public static final String GRPC_ROUTE = "GRPCRoute";
  public static final String HTTP_ROUTE = "HTTPRoute";
  public static final String NODE = "Node";

  /** What a simulation is told. No configuration: the command that simulates reads it. */
  public static final String SCENARIO = "Scenario";

  public static final String SECRET = "Secret";
  public static final String SERVICE = "Service";
  public static final String STATIC_RESPONSE = "StaticResponse";
  public static final String TCP_ROUTE = "TCPRoute";
  public static final String TLS_ROUTE = "TLSRoute";

  static final String GATEWAY_GROUP = "gateway.networking.k8s.io";
  static final String OWN_GROUP = "fairlead.dev";

  /** What kubectl prints around several objects. */
  private static final String LIST = "List";

  private static final int MAX_ITEMS = 100_000;

  private static final String GATEWAY_VERSION = GATEWAY_GROUP + "/v1";
  private static final String OWN = OWN_GROUP + "/v1alpha1";

  private static final Map<String, Kind> KINDS = new TreeMap<>();

  /** Kinds of the design that later versions read. */
  private static final Set<String> PLANNED =
      Set.of("PriorityPolicy", "ServiceExport", "ServiceImport", "TrafficSplit", "WeightPlan");

  static {
    spec(GATEWAY, GATEWAY_VERSION, GatewayDocument::read);
    spec(HTTP_ROUTE, GATEWAY_VERSION, HttpRouteDocument::read);
    spec(GRPC_ROUTE, GATEWAY_VERSION, GrpcRoutes::read);
    spec(SERVICE, "v1", ServiceDocument::read);
    spec(BACKEND_TLS_POLICY, GATEWAY_VERSION, BackendTlsPolicyDocument::read);
    spec("ReferenceGrant", GATEWAY_GROUP + "/v1beta1", ReferenceGrantDocument::read);
    spec(TLS_ROUTE, GATEWAY_GROUP + "/v1", TunnelRouteDocument::tls);
    spec(TCP_ROUTE, GATEWAY_GROUP + "/v1alpha2", TunnelRouteDocument::tcp);
    whole("EndpointSlice", "discovery.k8s.io/v1", EndpointSliceDocument::read);
    whole(NODE, "v1", NodeDocument::read);
    whole(SECRET, "v1", SecretDocument::secret);
    whole(CONFIG_MAP, "v1", SecretDocument::configMap);
    spec("ServiceEndpoints", OWN, ServiceEndpointsDocument::read);
    spec(CERTIFICATE_FILES, OWN, CertificateFilesDocument::read);
    spec("ClusterProfile", OWN, ClusterProfileDocument::read);
    spec("TrafficPolicy", OWN, TrafficPolicyDocument::read);
    spec("TrafficObjective", OWN, TrafficObjectiveDocument::read);
    spec("PriceSheet", OWN, PriceSheetDocument::read);
    spec(STATIC_RESPONSE, OWN, StaticResponseDocument::read);
  }

  private record Kind(String apiVersion, BiFunction<Metadata, Fields, Optional<Document>> reader) {}

  private Kinds() {}

  /** The kind that a document says it is; empty where it says none. */
  public static String kindOf(Value document) {
    return document.node() instanceof Node.Mapping mapping
            && mapping.field("kind").orElse(mapping) instanceof Node.Scalar scalar
        ? scalar.text()
        : "";
  }

  /**
   * Reads a document that is no configuration as strictly as those that are.
   *
   * @param spec reads what is under {@code spec}
   * @return empty where that is missing, or {@code spec} found nothing; either is reported
   */
  public static <T> Optional<T> apart(
      Value document, String kind, BiFunction<Metadata, Value, Optional<T>> spec) {
    return Structures.object(
            fields -> {
              fields.required("kind", Scalars.oneOf(Map.of(kind, kind)), kind);
              checkVersion(fields, kind, fields.required("apiVersion", Scalars.TEXT, ""), OWN);
              fields.ignored("status");
              Metadata metadata = Metadata.read(kind, fields);
              return fields.required(
                  "spec", value -> Optional.of(spec.apply(metadata, value)), Optional.<T>empty());
            })
        .read(document)
        .flatMap(Function.identity());
  }

  /** Reads one document, or a List's; none where it is no mapping, which is reported. */
  public static List<Document> read(Value value) {
    return Structures.object(Kinds::read).read(value).orElse(List.of());
  }

  private static List<Document> read(Fields fields) {
    String kind = fields.required("kind", KIND, "");
    String apiVersion = fields.required("apiVersion", Scalars.TEXT, "");
    if (kind.equals(LIST)) {
      checkVersion(fields, kind, apiVersion, "v1");
      fields.ignored("metadata");
      List<List<Document>> items =
          fields.required(
              "items", Structures.list(item -> Optional.of(read(item)), 0, MAX_ITEMS), List.of());
      return items.stream().flatMap(List::stream).toList();
    }
    Kind known = KINDS.get(kind);
    if (known == null) {
      // Which fields belong to it cannot be known; references to its name may be right.
      fields.ignoreRest();
      return List.of(new Document.Broken(Metadata.read(Document.Broken.ANY_KIND, fields)));
    }
    checkVersion(fields, kind, apiVersion, known.apiVersion);
    fields.ignored("status");
    Metadata metadata = Metadata.read(kind, fields);
    return List.of(
        known.reader.apply(metadata, fields).orElseGet(() -> new Document.Broken(metadata)));
  }

  private static void checkVersion(Fields fields, String kind, String apiVersion, String right) {
    if (!apiVersion.isEmpty() && !apiVersion.equals(right)) {
      fields
          .find("apiVersion")
          .ifPresent(
              at ->
                  at.problem(
                      Quoted.of(apiVersion) + " has no " + kind, "write apiVersion: " + right));
    }
  }

  private static final Reader<String> KIND =
      value ->
          Scalars.TEXT
              .read(value)
              .filter(
                  kind -> {
                    if (KINDS.containsKey(kind) || kind.equals(LIST)) {
                      return true;
                    }
                    if (kind.equals(SCENARIO)) {
                      value.problem(
                          "'Scenario' is no configuration", "run it: fairlead simulate FILE");
                      return false;
                    }
                    value.problem(
                        PLANNED.contains(kind)
                            ? Quoted.of(kind) + " is not supported yet"
                            : Quoted.of(kind) + " is not a known kind",
                        PLANNED.contains(kind) ? "" : Nearest.hint(kind, KINDS.keySet()));
                    return false;
                  });

  /** A kind whose fields stand beside its metadata. */
  private static void whole(
      String kind, String apiVersion, BiFunction<Metadata, Fields, Document> reader) {
    KINDS.put(
        kind,
        new Kind(
            apiVersion, (metadata, document) -> Optional.of(reader.apply(metadata, document))));
  }

  private static void spec(
      String kind, String apiVersion, BiFunction<Metadata, Fields, Document> reader) {
    KINDS.put(
        kind,
        new Kind(
            apiVersion,
            (metadata, document) ->
                document.required(
                    "spec",
                    value ->
                        Structures.object(fields -> Optional.of(reader.apply(metadata, fields)))
                            .read(value),
                    Optional.empty())));
  }
}
