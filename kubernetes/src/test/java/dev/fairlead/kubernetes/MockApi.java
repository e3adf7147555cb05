package dev.fairlead.kubernetes;

import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * fabric8's mock of an API server: it keeps objects and tells watchers, and checks nothing. A JSON
 * patch whose {@code test} fails is never answered there, and a server-side apply replaces, and is
 * of what is missing a 404.
 */
public final class MockApi implements AutoCloseable {
  /** Held, or its level would be forgotten; it logs each request. */
  private static final Logger REQUESTS = Logger.getLogger("io.fabric8.mockwebserver");

  private final KubernetesMockServer server;
  private final KubernetesClient client;

  public MockApi() {
    REQUESTS.setLevel(Level.SEVERE);
    Map<ServerRequest, Queue<ServerResponse>> said = new HashMap<>();
    server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), said, new KubernetesMixedDispatcher(said), false);
    server.init();
    client = connect();
  }

  /** Another client, which is its user's to close. */
  public KubernetesClient connect() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.url("/"))
            .withTrustCerts(true)
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectLimit(0)
            .withRequestTimeout(10_000)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new JdkHttpClientFactory())
        .withHttpClientBuilderConsumer(
            builder -> builder.addOrReplaceInterceptor("apply", new ApplyAsPatch()))
        .build();
  }

  /**
   * A server-side apply in JSON, which the mock does not know, and a merge of a status as a JSON
   * patch of whole parts: the mock's merge appends lists.
   */
  private static final class ApplyAsPatch implements Interceptor {
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (request instanceof StandardHttpRequest sent
          && String.valueOf(sent.getContentType()).matches(".*(apply|merge)-patch.*")
          && builder instanceof HttpRequest.Builder changed) {
        Map<?, ?> object = Serialization.unmarshal(sent.bodyString(), Map.class);
        if (!object.containsKey("spec") && !object.containsKey("status")) {
          return;
        }
        List<Map<String, Object>> steps = new ArrayList<>();
        for (String part : List.of("spec", "status")) {
          if (object.containsKey(part)) {
            steps.add(Map.of("op", "add", "path", "/" + part, "value", object.get(part)));
          }
        }
        changed.method(sent.method(), "application/json-patch+json", Serialization.asJson(steps));
      }
    }
  }

  public KubernetesClient client() {
    return client;
  }

  /** Has discovery say that TrafficSplits are served, in the version that takes quantities. */
  public void serveTrafficSplits() {
    serve("split.smi-spec.io/v1alpha1", "trafficsplits");
  }

  /** Has discovery say that HTTPRoutes are served. */
  public void serveHttpRoutes() {
    serve("gateway.networking.k8s.io/v1", "httproutes");
  }

  private void serve(String apiVersion, String plural) {
    server
        .expect()
        .get()
        .withPath("/apis/" + apiVersion)
        .andReturn(
            200,
            new APIResourceListBuilder()
                .withResources(new APIResourceBuilder().withName(plural).build())
                .build())
        .always();
  }

  /**
   * The objects of a kind in a namespace.
   *
   * @param apiVersion group and version
   */
  public NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      objects(String apiVersion, String kind, String namespace) {
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup(apiVersion.substring(0, apiVersion.indexOf('/')))
            .withVersion(apiVersion.substring(apiVersion.indexOf('/') + 1))
            .withKind(kind)
            .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
            .withNamespaced(true)
            .build();
    return client.genericKubernetesResources(context).inNamespace(namespace);
  }

  /** To say what is answered, beside what it does by itself. */
  public KubernetesMockServer server() {
    return server;
  }

  @Override
  public void close() {
    client.close();
    try {
      server.destroy();
    } catch (IllegalStateException e) {
      // Not closed within its ten seconds, as the machine is busy: no test speaks of that.
    }
  }
}
