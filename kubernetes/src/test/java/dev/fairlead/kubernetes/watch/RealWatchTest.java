package dev.fairlead.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.kubernetes.ApiServer;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Skipped without {@code KUBEBUILDER_ASSETS}. */
class RealWatchTest extends Watching {
  private static @Nullable ApiServer server;
  private @Nullable Tools api;

  @BeforeAll
  static void startServer() {
    server = ApiServer.fresh();
    Crds.install(server.client());
    server
        .client()
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName("shop").endMetadata().build())
        .create();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void watch() {
    api = new Tools(server.client(), server.client());
  }

  @AfterEach
  void clean() {
    api.close();
    KubernetesClient client = server.client();
    for (WatchedKind kind : WatchedKind.ALL) {
      var objects = client.genericKubernetesResources(Tools.context(kind, kind.apiVersion()));
      if (kind.kind().equals("Node")) {
        objects.delete();
      } else if (kind.namespaced() && kind.read().equals(kind.versions().getLast())) {
        objects.inNamespace("shop").delete();
      }
    }
    client.secrets().inNamespace("shop").delete();
  }

  @Override
  Tools api() {
    return api;
  }

  /** The server checks an EndpointSlice's addresses; that it belongs to a Service, it does not. */
  @Override
  String malformedSlice() {
    return slice("web-bad", "10.1.0.9", "z1")
        .replace("name: web}", "name: nobody}")
        .replace("service-name: web", "service-name: nobody");
  }

  @Test
  void whatIsInForceStaysWhileTheServerIsAwayAndFollowsItsReturn() throws Exception {
    api().apply(SERVICE);
    api().apply(GATEWAY);
    api().apply(ROUTE);
    api().apply(slice("web-1", "10.1.0.1", "z1"));
    soon(() -> assertThat(addresses()).containsExactly("10.1.0.1:8080"));
    soon(() -> assertThat(routes()).containsExactly("shop/web"));

    server.stop();
    soon(() -> assertThat(api().troubles).isNotEmpty());
    assertThat(addresses()).containsExactly("10.1.0.1:8080");
    assertThat(routes()).containsExactly("shop/web");

    server.start();
    api().apply(slice("web-2", "10.1.0.2", "z1"));
    api().delete(slice("web-1", "10.1.0.1", "z1"));
    soon(() -> assertThat(addresses()).containsExactly("10.1.0.2:8080"));
    assertThat(routes()).containsExactly("shop/web");
  }

  @Test
  void whatStillHoldsHasDoneSoSinceItBegan() {
    api().apply(SERVICE);
    api().apply(GATEWAY);
    api().apply(ROUTE);
    soon(() -> assertThat(ofParent(ROUTE, 0)).contains("ResolvedRefs=True ResolvedRefs"));
    Object since = sinceWhenResolved();

    api().apply(ROUTE.replace("PathPrefix", "Prefixed"));
    soon(() -> assertThat(ofParent(ROUTE, 0)).contains("Accepted=False UnsupportedValue"));
    assertThat(sinceWhenResolved()).isEqualTo(since);
  }

  private Object sinceWhenResolved() {
    return api().get(ROUTE).get("status", "parents", 0, "conditions", 1, "lastTransitionTime");
  }

  @Test
  void aKindThatIsInstalledLaterIsFound() {
    var definitions = server.client().apiextensions().v1().customResourceDefinitions();
    definitions.withName("staticresponses.fairlead.dev").delete();
    try (Tools late = new Tools(server.client(), server.client())) {
      soon(() -> assertThat(late.isSynced()).isTrue());

      Crds.install(server.client());
      soon(
          () -> {
            late.apply(
                """
                apiVersion: fairlead.dev/v1alpha1
                kind: StaticResponse
                metadata: {namespace: shop, name: sorry}
                spec: {status: 503}
                """);
            assertThat(late.last.get().ours()).anyMatch(each -> each.name().name().equals("sorry"));
          });
    }
  }
}
