package dev.fairlead.discovery.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Locality;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeOriginTest {
  private static final String REGION = "topology.kubernetes.io/region";
  private static final String ZONE = "topology.kubernetes.io/zone";

  private static Map<String, String> labels(String written) {
    Map<String, String> labels = new TreeMap<>();
    for (String pair : written.split(" ", -1)) {
      if (!pair.isEmpty()) {
        labels.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
    }
    return labels;
  }

  private static String said(NodeOrigin origin) {
    return (origin.provider().isEmpty() ? "?" : origin.provider()) + " " + origin.locality();
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "aws:///us-east-1a/i-0abcdef1234567890, aws us-east-1/us-east-1a",
    "aws://us-east-1a/i-0abcdef1234567890, aws us-east-1/us-east-1a",
    "aws:///us-gov-west-1b/i-1, aws us-gov-west-1/us-gov-west-1b",
    "aws:///ap-southeast-2c/i-1, aws ap-southeast-2/ap-southeast-2c",
    "aws:///us-west-2-lax-1a/i-1, aws us-west-2/us-west-2-lax-1a",
    "aws:///us-east-1-wl1-bos-wlz-1/i-1, aws us-east-1/us-east-1-wl1-bos-wlz-1",
    "aws:///eu-west-1a/1a2b3c/fargate-ip-10-0-0-1.eu-west-1.compute.internal,"
        + " aws eu-west-1/eu-west-1a",
    "gce://my-project/us-central1-a/gke-pool-1, gcp us-central1/us-central1-a",
    "gce://example.com:my-project/europe-west12-c/x, gcp europe-west12/europe-west12-c",
    "azure:///subscriptions/ee2e-42/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/x,"
        + " azure -",
    "azure:////2882C846-5C01-BE47-B19A-4C5DB5F26348, azure -",
    "digitalocean://123456789, digitalocean -",
    "openstack:///d4c6e736-f6ec-44a5-9f44-b82b11cb7748, openstack -",
    "openstack://d4c6e736-f6ec-44a5-9f44-b82b11cb7748, openstack -",
    "openstack://RegionOne/d4c6e736-f6ec-44a5-9f44-b82b11cb7748, openstack RegionOne",
    "hcloud://4711, hetzner -",
    "hrobot://4711, hetzner -",
    "linode://123, linode -",
    "vsphere://4230a5f1-0000, vsphere -",
    "kind://docker/kind/kind-worker, kind -",
    "k3s://node-1, ? -",
    "rke2://node-1, ? -",
    "ibm://a0bc0c54///c0d19/kube-c0d19-0000024c, ibm -",
    "cn-hangzhou.i-bp1abc, alibaba cn-hangzhou",
    "alicloud:///cn-hangzhou-h/i-bp1abc, alibaba cn-hangzhou/cn-hangzhou-h",
    "alicloud:///us-west-1a/i-bp1abc, alibaba us-west-1/us-west-1a",
    "ocid1.instance.oc1.iad.anuwcljs, oci -",
    "scaleway://instance/fr-par-1/11111111-1111-1111-1111-111111111111, scaleway fr-par/fr-par-1",
    "qcloud:///100003/ins-abc, tencent -",
    "packet://8f1, equinixmetal -",
    "equinixmetal://8f1, equinixmetal -",
    "yandex://fhm123, yandex -",
    "baremetalhost:///metal3/node-0/uid, baremetalhost -",
    // Rubbish.
    "'', ? -",
    "i-0abcdef, ? -",
    "aws, ? -",
    "aws:, ? -",
    "://x, ? -",
    "aws://, aws -",
    "aws:///, aws -",
    "aws:////, aws -",
    "aws:///us-east-1a, aws -",
    "aws:///nowhere/i-1, aws -",
    "aws:///../../i-1, aws -",
    "gce://us-central1-a, gcp -",
    "gce://p/us-central1/x, gcp -",
    "'gce://p/us central1-a/x', gcp -",
    "AWS:///us-east-1a/i-1, ? -",
  })
  void anIdTellsTheProviderAndOftenThePlace(String id, String expected) {
    assertThat(said(NodeOrigin.of(id, Map.of()))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} with {1} is {2}")
  @CsvSource({
    "'', topology.kubernetes.io/region=eu topology.kubernetes.io/zone=eu-1, ? eu/eu-1",
    "'', failure-domain.beta.kubernetes.io/region=eu failure-domain.beta.kubernetes.io/zone=b,"
        + " ? eu/b",
    // The new names before the old ones.
    "'', failure-domain.beta.kubernetes.io/region=old topology.kubernetes.io/region=new, ? new",
    // Labels before the id.
    "aws:///us-east-1a/i-1, topology.kubernetes.io/region=own, aws own",
    "aws:///us-east-1a/i-1, topology.kubernetes.io/zone=us-east-1b, aws us-east-1/us-east-1b",
    "aws:///us-east-1a/i-1, topology.kubernetes.io/region=us-east-1, aws us-east-1/us-east-1a",
    "gce://p/us-east1-b/x, topology.gke.io/zone=us-east1-c, gcp us-east1/us-east1-c",
    "'', cloud.google.com/gke-nodepool=a topology.gke.io/zone=us-east1-c, gcp us-east1/us-east1-c",
    "'', eks.amazonaws.com/nodegroup=a topology.ebs.csi.aws.com/zone=us-east-1a,"
        + " aws us-east-1/us-east-1a",
    "k3s://n, eks.amazonaws.com/nodegroup=a, aws -",
    "azure:///subscriptions/x, topology.kubernetes.io/region=eastus"
        + " topology.kubernetes.io/zone=eastus-1, azure eastus/eastus-1",
    "azure:///subscriptions/x, topology.kubernetes.io/zone=eastus-1, azure eastus/eastus-1",
    // A fault domain is no zone.
    "azure:///subscriptions/x, topology.kubernetes.io/region=westus"
        + " topology.kubernetes.io/zone=0, azure westus",
    "hcloud://1, topology.kubernetes.io/region=fsn1 topology.kubernetes.io/zone=fsn1-dc14,"
        + " hetzner fsn1/fsn1-dc14",
    "'', topology.kubernetes.io/region=eu topology.kubernetes.io/zone=a"
        + " topology.istio.io/subzone=rack-1, ? eu/a/rack-1",
    // A zone without a region, a sub-zone without a zone: they name nothing.
    "'', topology.kubernetes.io/zone=a topology.istio.io/subzone=rack-1, ? -",
    "'', topology.kubernetes.io/region=eu topology.istio.io/subzone=rack-1, ? eu",
    // Rubbish, and what is behind it.
    "aws:///us-east-1a/i-1, topology.kubernetes.io/region=, aws us-east-1/us-east-1a",
    "aws:///us-east-1a/i-1, topology.kubernetes.io/zone=-x-, aws us-east-1/us-east-1a",
    "'', topology.kubernetes.io/region=a/b, ? -",
  })
  void labelsComeBeforeTheId(String id, String labels, String expected) {
    assertThat(said(NodeOrigin.of(id, labels(labels)))).isEqualTo(expected);
  }

  @Test
  void noTextHowEverWrongIsMoreThanUnknown() {
    long seed = Long.getLong("seed", 20261121L);
    Random random = new Random(seed);
    String characters = "aws:/gce.us-eat1-abz0\u0000\n é-_A";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "aws:///" : "gce://");
      int length = random.nextInt(40);
      for (int j = 0; j < length; j++) {
        text.append(characters.charAt(random.nextInt(characters.length())));
      }
      NodeOrigin origin = NodeOrigin.of(text.toString(), Map.of(ZONE, text.substring(3)));
      Locality locality = origin.locality();
      assertThat(locality.region() + locality.zone())
          .as("seed %d, %s", seed, text)
          .matches("[-._A-Za-z0-9]*");
      assertThat(locality.zone().isEmpty() || !locality.region().isEmpty())
          .as("seed %d, %s", seed, text)
          .isTrue();
    }
  }

  @Test
  void aLongIdTakesNoTime() {
    String id = "aws:///" + "us-".repeat(300_000);
    assertThat(NodeOrigin.of(id, Map.of(REGION, "r")))
        .isEqualTo(new NodeOrigin("", new Locality("r", "", "")));
    String zone = "us-east-1" + "-a1".repeat(30) + "-1a";
    assertThat(NodeOrigin.of("aws:///" + zone + "/i", Map.of()))
        .isEqualTo(new NodeOrigin("aws", Locality.UNKNOWN));
  }
}
