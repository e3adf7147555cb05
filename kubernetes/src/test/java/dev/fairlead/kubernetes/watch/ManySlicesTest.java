package dev.fairlead.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Here;
import dev.fairlead.discovery.ObjectDocuments;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManySlicesTest {
  private static final int SLICES = 10_000;
  private static final int ENDPOINTS = 10;

  /** Of slices, Services, documents and the configuration together; measured: 1200. */
  private static final long MAX_BYTES_OF_ENDPOINT = 1_600;

  private final KubernetesSerialization json = new KubernetesSerialization();
  private final WatchedKind slices = kind(WatchedKind.ENDPOINT_SLICE);
  private final WatchedKind services = kind("Service");

  private static WatchedKind kind(String name) {
    return WatchedKind.ALL.stream().filter(each -> each.kind().equals(name)).findFirst().get();
  }

  @Test
  void tenThousandSlicesTakeLittleMemory() {
    long before = used();
    ObjectStore store = new ObjectStore(() -> {}, trouble -> {});
    Reflector.Sink toServices = store.sink(services);
    Reflector.Sink toSlices = store.sink(slices);
    for (int i = 0; i < SLICES; i++) {
      toServices.put(object(service(i)), "v1");
      toSlices.put(object(slice(i)), "v1");
    }
    ObjectDocuments documents = new ObjectDocuments();
    Map<String, ObjectDocuments.Item> items = new HashMap<>();
    for (Held held : store.all()) {
      String name = held.name().toString();
      items.put(name, ObjectDocuments.read(name, held.node(), true));
    }
    ObjectDocuments.Outcome outcome = documents.resolve(items, Here.UNKNOWN);

    long bytes = used() - before;
    assertThat(outcome.refused()).isEmpty();
    assertThat(((Documents.Result.Accepted) outcome.result()).configuration().services())
        .hasSize(SLICES);
    assertThat(bytes / SLICES / ENDPOINTS).isLessThan(MAX_BYTES_OF_ENDPOINT);
    assertThat(store.all()).hasSize(2 * SLICES);
  }

  private GenericKubernetesResource object(String text) {
    return json.unmarshal(text, GenericKubernetesResource.class);
  }

  private static String service(int number) {
    return """
        {"apiVersion": "v1", "kind": "Service",
         "metadata": {"namespace": "shop", "name": "s%d", "uid": "service-%d"},
         "spec": {"ports": [{"name": "http", "port": 80}]}}
        """
        .formatted(number, number);
  }

  private static String slice(int number) {
    List<String> endpoints = new ArrayList<>();
    for (int i = 0; i < ENDPOINTS; i++) {
      endpoints.add(
          """
          {"addresses": ["10.%d.%d.%d"], "nodeName": "node-%d", "zone": "z%d",
           "conditions": {"ready": true, "serving": true, "terminating": false},
           "targetRef": {"kind": "Pod", "namespace": "shop", "name": "s%d-%d", "uid": "%d-%d"}}
          """
              .formatted(
                  number >> 8, number & 255, i + 1, i * 7 % 100, i % 3, number, i, number, i));
    }
    return """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
         "metadata": {"namespace": "shop", "name": "s%d-abcde", "uid": "slice-%d",
           "labels": {"kubernetes.io/service-name": "s%d", "app": "s%d",
             "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"},
           "managedFields": [{"manager": "kube-controller-manager", "operation": "Update",
             "fieldsV1": {"f:endpoints": {}, "f:metadata": {"f:labels": {".": {}, "f:app": {}}}}}],
           "ownerReferences": [{"apiVersion": "v1", "kind": "Service", "name": "s%d",
             "uid": "service-%d", "controller": true}]},
         "addressType": "IPv4", "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
         "endpoints": [%s]}
        """
        .formatted(number, number, number, number, number, number, String.join(",", endpoints));
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
