package dev.fairlead.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.Utils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The API server of one cluster. Whoever needs it is given this one; its owner closes it. */
public final class Cluster implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  /** Of one request; a watch has none. */
  private static final int REQUEST_MILLIS = 10_000;

  private final KubernetesClient client;

  /** Of a client that somebody else made, as a test. */
  public Cluster(KubernetesClient client) {
    this.client = client;
  }

  /**
   * As {@code kubectl} finds it: {@code KUBECONFIG}, else {@code ~/.kube/config}, else the service
   * account of the pod. Nothing is asked yet.
   *
   * @throws BadKubeconfig where there is such a file, and it does not say which cluster is meant
   */
  public static Cluster find() {
    List<Path> files = Config.getKubeconfigFilenames().stream().map(Path::of).toList();
    boolean isNamed = Utils.getSystemPropertyOrEnvVar(Config.KUBERNETES_KUBECONFIG_FILE) != null;
    if (isNamed || files.stream().anyMatch(Files::exists)) {
      Kubeconfig.check(files);
    }
    try {
      return configured();
    } catch (RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new BadKubeconfig(
          files + ": what the kubeconfig says cannot be used: " + cause + " (mend it there)");
    }
  }

  private static Cluster configured() {
    Config config =
        new ConfigBuilder(Config.autoConfigure(null))
            .withConnectionTimeout(CONNECT_MILLIS)
            .withRequestTimeout(REQUEST_MILLIS)
            // Whoever asks decides whether to ask again: the client's own way takes two minutes.
            .withRequestRetryBackoffLimit(0)
            // Likewise of watches.
            .withWatchReconnectLimit(0)
            .build();
    return new Cluster(
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build());
  }

  /** For the packages of this module alone. */
  public KubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }
}
