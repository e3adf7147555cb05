package dev.fairlead.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

class ApiServerTest {
  @Test
  void keepsItsObjectsWhenItIsKilledAndStartedAgain() throws Exception {
    try (ApiServer server = ApiServer.fresh()) {
      var map = new ConfigMapBuilder().withNewMetadata().withName("a").endMetadata().build();
      server.client().configMaps().inNamespace("default").resource(map).create();

      server.stop();
      assertThatThrownBy(() -> server.client().configMaps().inNamespace("default").list())
          .isInstanceOf(KubernetesClientException.class);

      server.start();
      assertThat(server.client().configMaps().inNamespace("default").withName("a").get())
          .isNotNull();
      assertThatThrownBy(() -> server.otherClient().configMaps().inNamespace("default").list())
          .hasMessageContaining("forbidden");
    }
  }

  @Test
  void theMockKeepsObjectsToo() {
    try (MockApi api = new MockApi()) {
      var map = new ConfigMapBuilder().withNewMetadata().withName("a").endMetadata().build();
      api.client().configMaps().inNamespace("default").resource(map).create();
      assertThat(api.client().configMaps().inNamespace("default").withName("a").get()).isNotNull();
    }
  }
}
