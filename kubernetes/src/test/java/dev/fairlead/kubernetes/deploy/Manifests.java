package dev.fairlead.kubernetes.deploy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The objects that {@code kubectl apply -f deploy/manifests} applies, in its order. */
public final class Manifests {
  public static final Path DEPLOY = Path.of("../deploy");

  private Manifests() {}

  public static List<GenericKubernetesResource> all() throws IOException {
    return of(DEPLOY.resolve("manifests"));
  }

  public static List<GenericKubernetesResource> of(Path folder) throws IOException {
    List<GenericKubernetesResource> objects = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.sorted().toList();
    }
    for (Path file : files) {
      for (String text : Files.readString(file).split("(?m)^---$")) {
        GenericKubernetesResource object =
            Serialization.unmarshal(text, GenericKubernetesResource.class);
        if (object != null && object.getKind() != null) {
          objects.add(object);
        }
      }
    }
    return objects;
  }

  public static List<GenericKubernetesResource> ofKind(String kind) throws IOException {
    return all().stream().filter(object -> object.getKind().equals(kind)).toList();
  }

  /** The Deployments, as typed objects. */
  public static List<Deployment> deployments() throws IOException {
    List<Deployment> deployments = new ArrayList<>();
    for (GenericKubernetesResource each : ofKind("Deployment")) {
      deployments.add(Serialization.unmarshal(Serialization.asYaml(each), Deployment.class));
    }
    return deployments;
  }

  /** All but identity and metadata. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> content(GenericKubernetesResource object) {
    return Serialization.unmarshal(
        Serialization.asYaml(object.getAdditionalProperties()), Map.class);
  }
}
