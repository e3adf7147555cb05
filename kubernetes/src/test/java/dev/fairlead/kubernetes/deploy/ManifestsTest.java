package dev.fairlead.kubernetes.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be said of the manifests without a cluster. */
class ManifestsTest {
  private static final Pattern FLAGS = Pattern.compile("(?s)\nflags=\"(.*?)\"");

  @Test
  void theManifestsAreRenderedFromTheChartAsItIs() throws Exception {
    String digest = digestOfChart();
    for (String part :
        List.of("manifests/controller.yaml", "manifests/gateway.yaml", "uninstall/restore.yaml")) {
      assertThat(Files.readString(Manifests.DEPLOY.resolve(part)))
          .as("the chart changed: write the manifests anew with deploy/render, which needs helm")
          .contains("# Of the chart: " + digest + "\n");
    }
  }

  private static String digestOfChart() throws IOException, NoSuchAlgorithmException {
    Path chart = Manifests.DEPLOY.resolve("chart");
    List<Path> files = new ArrayList<>();
    files.add(chart.resolve("Chart.yaml"));
    files.add(chart.resolve("values.yaml"));
    try (Stream<Path> templates = Files.list(chart.resolve("templates"))) {
      templates.sorted().forEach(files::add);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path file : files) {
      all.writeBytes(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
  }

  @Test
  void theImageRunsTheJvmAsTheCommandDoes() throws IOException {
    // Else its cache, made under other flags, would not be read, and nobody would notice.
    assertThat(flags(Manifests.DEPLOY.resolve("image/fairlead")))
        .isEqualTo(flags(Path.of("../fairlead")));
  }

  private static String flags(Path script) throws IOException {
    Matcher matcher = FLAGS.matcher(Files.readString(script));
    assertThat(matcher.find()).as("flags in " + script).isTrue();
    return matcher.group(1);
  }

  @Test
  void noContainerMayDoWhatItNeedNot() throws IOException {
    List<Deployment> deployments = Manifests.deployments();
    assertThat(deployments)
        .extracting(each -> each.getMetadata().getName())
        .containsExactly("fairlead-controller", "fairlead-gateway");
    for (Deployment deployment : deployments) {
      PodSpec pod = deployment.getSpec().getTemplate().getSpec();
      assertThat(pod.getHostNetwork()).isNull();
      for (Container container : pod.getContainers()) {
        SecurityContext security = container.getSecurityContext();
        assertThat(security.getRunAsNonRoot()).isTrue();
        assertThat(security.getRunAsUser()).isPositive();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(security.getCapabilities().getAdd()).isNullOrEmpty();
        assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container.getLivenessProbe()).isNotNull();
        assertThat(container.getReadinessProbe()).isNotNull();
        assertThat(container.getStartupProbe()).isNotNull();
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(container.getResources().getLimits()).containsKeys("memory");
      }
      assertThat(pod.getTopologySpreadConstraints())
          .allSatisfy(
              spread ->
                  assertThat(spread.getLabelSelector().getMatchLabels())
                      .isEqualTo(deployment.getSpec().getSelector().getMatchLabels()));
    }
  }

  @Test
  void theGatewayWritesNothingAndNobodyReadsSecrets() throws IOException {
    for (GenericKubernetesResource role : Manifests.ofKind("ClusterRole")) {
      for (Map<?, ?> rule : rules(role)) {
        assertThat(strings(rule.get("resources"))).doesNotContain("secrets", "configmaps", "*");
        assertThat(strings(rule.get("apiGroups"))).doesNotContain("*");
        assertThat(strings(rule.get("verbs"))).doesNotContain("*");
        if (role.getMetadata().getName().equals("fairlead-gateway")) {
          assertThat(strings(rule.get("verbs"))).isSubsetOf("get", "list", "watch");
        }
      }
    }
    assertThat(Manifests.ofKind("ClusterRole")).hasSize(2);
  }

  @Test
  void nothingIsDrivenUnlessAskedFor() throws IOException {
    for (Deployment deployment : Manifests.deployments()) {
      for (Container container : deployment.getSpec().getTemplate().getSpec().getContainers()) {
        assertThat(container.getArgs()).noneMatch(each -> each.startsWith("--controlled-by"));
      }
    }
  }

  @Test
  void theUninstallationsJobMayDoNoMoreThanTheControllerAndRemoveItsLock() throws IOException {
    List<GenericKubernetesResource> uninstall = Manifests.of(Manifests.DEPLOY.resolve("uninstall"));
    assertThat(uninstall)
        .extracting(GenericKubernetesResource::getKind)
        .containsExactlyInAnyOrder(
            "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Job");
    assertThat(uninstall)
        .allSatisfy(
            each ->
                assertThat(each.getMetadata().getAnnotations())
                    .containsEntry("helm.sh/hook", "pre-delete"));
    List<String> controllers = rights(Manifests.all(), "fairlead-controller");
    assertThat(rights(uninstall, "fairlead-restore"))
        .contains("delete leases")
        .filteredOn(right -> !right.equals("delete leases"))
        .isSubsetOf(controllers);
  }

  private static List<String> rights(List<GenericKubernetesResource> all, String name) {
    List<String> rights = new ArrayList<>();
    for (GenericKubernetesResource role : all) {
      if (role.getKind().endsWith("Role") && role.getMetadata().getName().equals(name)) {
        for (Map<?, ?> rule : rules(role)) {
          for (String verb : strings(rule.get("verbs"))) {
            strings(rule.get("resources")).forEach(each -> rights.add(verb + " " + each));
          }
        }
      }
    }
    return rights;
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> rules(GenericKubernetesResource role) {
    return (List<Map<String, Object>>) Manifests.content(role).get("rules");
  }

  static List<String> strings(Object list) {
    return ((List<?>) list).stream().map(String::valueOf).toList();
  }
}
