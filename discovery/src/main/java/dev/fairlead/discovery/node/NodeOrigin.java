package dev.fairlead.discovery.node;

import dev.fairlead.balancer.endpoint.Locality;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose machine a Kubernetes node is and where it stands, as its {@code spec.providerID} and labels
 * say. Labels come first: somebody wrote them for this, while the id is for finding the machine.
 *
 * @param provider {@code aws}, {@code gcp}, {@code azure} or as the id's scheme has it; empty where
 *     nothing tells
 * @param locality with what is not told left empty
 */
public record NodeOrigin(String provider, Locality locality) {
  public static final NodeOrigin UNKNOWN = new NodeOrigin("", Locality.UNKNOWN);

  private static final String AWS = "aws";
  private static final String GCP = "gcp";
  private static final String AZURE = "azure";
  private static final String ALIBABA = "alibaba";
  private static final String SCALEWAY = "scaleway";

  /** Labels of the region, the best first. */
  private static final List<String> REGIONS =
      List.of("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region");

  /** Labels of the zone, the best first: storage drivers know it where a cloud's own is missing. */
  private static final List<String> ZONES =
      List.of(
          "topology.kubernetes.io/zone",
          "topology.gke.io/zone",
          "failure-domain.beta.kubernetes.io/zone",
          "topology.ebs.csi.aws.com/zone",
          "topology.disk.csi.azure.com/zone");

  /** Kubernetes has no word for what is smaller than a zone; meshes have this one. */
  private static final List<String> SUB_ZONES = List.of("topology.istio.io/subzone");

  /** Schemes whose cloud has another name, or that say nothing of whose the machine is. */
  private static final Map<String, String> PROVIDERS = new TreeMap<>();

  /** Beginnings of labels that only one cloud's nodes have. */
  private static final Map<String, String> LABELLED = new TreeMap<>();

  static {
    PROVIDERS.put("gce", GCP);
    PROVIDERS.put("alicloud", ALIBABA);
    PROVIDERS.put("qcloud", "tencent");
    PROVIDERS.put("hcloud", "hetzner");
    PROVIDERS.put("hrobot", "hetzner");
    PROVIDERS.put("packet", "equinixmetal");
    // A distribution that runs anywhere.
    PROVIDERS.put("k3s", "");
    PROVIDERS.put("rke2", "");
    LABELLED.put("eks.amazonaws.com/", AWS);
    LABELLED.put("cloud.google.com/gke-", GCP);
    LABELLED.put("kubernetes.azure.com/", AZURE);
    LABELLED.put("doks.digitalocean.com/", "digitalocean");
    LABELLED.put("alibabacloud.com/", ALIBABA);
    LABELLED.put("k8s.scaleway.com/", SCALEWAY);
  }

  private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9-]{0,62})://(.{0,1024})");

  /**
   * Alibaba's and Oracle's ids have no scheme: {@code cn-hangzhou.i-bp1}, {@code ocid1.instance}.
   */
  private static final Pattern ALIBABA_ID = Pattern.compile("([a-z]{2}-[a-z0-9-]{1,40})\\.i-\\w+");

  private static final Pattern ORACLE_ID = Pattern.compile("ocid1\\.instance\\..{0,1024}");

  /** {@code us-gov-west-1} of its zones {@code us-gov-west-1a} and {@code us-gov-west-1-lax-1a}. */
  private static final Pattern AWS_REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]+");

  private static final Pattern AWS_ZONE =
      Pattern.compile(AWS_REGION.pattern() + "((-[a-z0-9]+)*-[0-9]+)?[a-z]?");

  /** {@code us-central1} of its zone {@code us-central1-a}. */
  private static final Pattern GCP_ZONE = Pattern.compile("([a-z]+-[a-z]+[0-9]+)-[a-z]");

  /** {@code fr-par} of its zone {@code fr-par-1}. */
  private static final Pattern SCALEWAY_ZONE = Pattern.compile("([a-z]{2}-[a-z]{3})-[0-9]");

  /** {@code cn-hangzhou} of its zone {@code cn-hangzhou-h}; {@code us-west-1} of us-west-1a. */
  private static final Pattern ALIBABA_ZONE =
      Pattern.compile("([a-z]{2}-[a-z]+(?:-[0-9])?)-?[a-z]");

  /** A label's value. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?");

  /** In regions without zones Azure writes a fault domain's number there. */
  private static final Pattern FAULT_DOMAIN = Pattern.compile("[0-9]+");

  /**
   * What a node says of itself.
   *
   * @param providerId maybe empty; anything
   * @param labels of the node; anything
   */
  public static NodeOrigin of(String providerId, Map<String, String> labels) {
    NodeOrigin id = ofId(providerId.strip());
    String provider = id.provider.isEmpty() ? labelled(labels) : id.provider;
    String zone = first(ZONES, labels);
    if (provider.equals(AZURE) && FAULT_DOMAIN.matcher(zone).matches()) {
      zone = "";
    }
    String region = first(REGIONS, labels);
    if (region.isEmpty()) {
      region = zone.isEmpty() ? id.locality.region() : regionOf(provider, zone);
    }
    if (zone.isEmpty() && region.equals(id.locality.region())) {
      zone = id.locality.zone();
    }
    // A zone is named inside its region: without one it names nothing.
    boolean placed = !region.isEmpty() && !zone.isEmpty();
    return new NodeOrigin(
        provider,
        new Locality(region, region.isEmpty() ? "" : zone, placed ? first(SUB_ZONES, labels) : ""));
  }

  private static String first(List<String> names, Map<String, String> labels) {
    return names.stream()
        .map(name -> labels.getOrDefault(name, ""))
        .filter(value -> NAME.matcher(value).matches())
        .findFirst()
        .orElse("");
  }

  private static String labelled(Map<String, String> labels) {
    return labels.keySet().stream()
        .sorted()
        .flatMap(label -> LABELLED.keySet().stream().filter(label::startsWith))
        .findFirst()
        .map(LABELLED::get)
        .orElse("");
  }

  private static NodeOrigin ofId(String id) {
    Matcher schemed = SCHEME.matcher(id);
    if (!schemed.matches()) {
      Matcher alibaba = ALIBABA_ID.matcher(id);
      return alibaba.matches()
          ? new NodeOrigin(ALIBABA, new Locality(alibaba.group(1), "", ""))
          : new NodeOrigin(ORACLE_ID.matcher(id).matches() ? "oci" : "", Locality.UNKNOWN);
    }
    String scheme = schemed.group(1);
    String provider = PROVIDERS.getOrDefault(scheme, scheme);
    return new NodeOrigin(provider, locality(provider, List.of(schemed.group(2).split("/", -1))));
  }

  /** What stands between the slashes of an id after its scheme. */
  private static Locality locality(String provider, List<String> parts) {
    return switch (provider) {
      // aws:///us-east-1a/i-0abc, and without the empty part of old ones.
      case AWS -> inZone(provider, part(parts, parts.getFirst().isEmpty() ? 1 : 0));
      // gce://project/us-central1-a/name
      case GCP -> inZone(provider, part(parts, 1));
      // alicloud:///cn-hangzhou-h/i-bp1
      case ALIBABA -> inZone(provider, part(parts, 1));
      // scaleway://instance/fr-par-1/uuid
      case SCALEWAY -> inZone(provider, part(parts, 1));
      // openstack://region/uuid, openstack:///uuid, openstack://uuid
      case "openstack" ->
          parts.size() == 2 && NAME.matcher(parts.getFirst()).matches()
              ? new Locality(parts.getFirst(), "", "")
              : Locality.UNKNOWN;
      default -> Locality.UNKNOWN;
    };
  }

  private static String part(List<String> parts, int index) {
    // The last one is the machine.
    return index < parts.size() - 1 ? parts.get(index) : "";
  }

  private static Locality inZone(String provider, String zone) {
    String region = NAME.matcher(zone).matches() ? regionOf(provider, zone) : "";
    return region.isEmpty() ? Locality.UNKNOWN : new Locality(region, zone, "");
  }

  /** Of a zone, where the provider names zones by their regions; else empty. */
  private static String regionOf(String provider, String zone) {
    return switch (provider) {
      case AWS -> {
        Matcher region = AWS_REGION.matcher(zone);
        yield AWS_ZONE.matcher(zone).matches() && region.lookingAt() ? region.group() : "";
      }
      case GCP -> group(GCP_ZONE, zone);
      case SCALEWAY -> group(SCALEWAY_ZONE, zone);
      case ALIBABA -> group(ALIBABA_ZONE, zone);
      // eastus-1
      case AZURE -> zone.endsWith("-") ? "" : zone.replaceFirst("-[0-9]+$", "");
      default -> "";
    };
  }

  private static String group(Pattern pattern, String zone) {
    Matcher matcher = pattern.matcher(zone);
    return matcher.matches() ? matcher.group(1) : "";
  }
}
