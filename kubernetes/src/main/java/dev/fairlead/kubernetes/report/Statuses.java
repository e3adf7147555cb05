package dev.fairlead.kubernetes.report;

import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.kubernetes.watch.Judged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the status of an object should say, by Gateway API's rules and reasons. */
final class Statuses {
  static final String CONTROLLER = "fairlead.dev/gateway";

  private static final String ACCEPTED = "Accepted";
  private static final String RESOLVED = "ResolvedRefs";
  private static final String PROGRAMMED = "Programmed";
  private static final String GATEWAY_GROUP = "gateway.networking.k8s.io";

  private final Report report;
  private final List<String> addresses;
  private final String now;

  /**
   * @param addresses of the Gateways
   */
  Statuses(Report report, List<String> addresses, String now) {
    this.report = report;
    this.addresses = addresses;
    this.now = now;
  }

  /** Whether objects of that kind have a status that is ours to write. */
  static boolean has(Judged judged) {
    String group = judged.resource().group();
    return group.equals("fairlead.dev")
        || (group.equals(GATEWAY_GROUP)
            && !judged.name().kind().equals("ReferenceGrant")
            && !judged.name().kind().equals(Kinds.BACKEND_TLS_POLICY));
  }

  /** The fields of the status that we say, among those that there are. */
  Map<String, Object> of(Judged judged, Map<String, Object> spec, Map<String, Object> status) {
    String kind = judged.name().kind();
    Map<String, Object> wanted = new LinkedHashMap<>(status);
    if (kind.endsWith("Route")) {
      wanted.put("parents", parents(judged, spec, status));
    } else {
      wanted.put("conditions", merged(status.get("conditions"), conditions(judged), judged));
    }
    if (kind.equals(Kinds.GATEWAY)) {
      wanted.put("listeners", listeners(judged, spec, status));
      wanted.put(
          "addresses",
          addresses.stream()
              .map(each -> Map.<String, Object>of("type", type(each), "value", each))
              .toList());
    }
    return wanted;
  }

  private static String type(String address) {
    boolean literal = address.indexOf(':') >= 0 || address.matches("[0-9.]+");
    return literal ? "IPAddress" : "Hostname";
  }

  private List<Map<String, Object>> merged(
      @Nullable Object before, List<Condition> ours, Judged judged) {
    return Condition.merged(before, ours, judged.generation(), now);
  }

  private List<Condition> conditions(Judged judged) {
    String kind = judged.name().kind();
    Condition accepted = accepted(judged);
    if (kind.equals("GatewayClass")) {
      return List.of(accepted);
    }
    if (kind.equals(Kinds.GATEWAY)) {
      return List.of(accepted, programmed(accepted));
    }
    return List.of(
        accepted,
        judged.unresolved().isEmpty()
            ? new Condition(RESOLVED, true, RESOLVED, "")
            : new Condition(RESOLVED, false, "RefNotFound", said(judged.unresolved())),
        programmed(accepted));
  }

  private static Condition accepted(Judged judged) {
    return judged.refused().isEmpty()
        ? new Condition(ACCEPTED, true, ACCEPTED, "")
        : new Condition(
            ACCEPTED,
            false,
            judged.name().kind().endsWith("Route") ? "UnsupportedValue" : "Invalid",
            said(judged.refused()));
  }

  private Condition programmed(Condition accepted) {
    if (!accepted.holds()) {
      return new Condition(
          PROGRAMMED, false, "Invalid", "not as it is; what was accepted before stays in force");
    }
    return report.problems().isEmpty()
        ? new Condition(PROGRAMMED, true, PROGRAMMED, "")
        : new Condition(PROGRAMMED, false, "Pending", String.join("; ", report.problems()));
  }

  /** Ours renewed, those of other controllers as they are. */
  private List<Map<String, Object>> parents(
      Judged judged, Map<String, Object> spec, Map<String, Object> status) {
    List<Map<String, Object>> before = Plain.maps(status.get("parents"));
    List<Map<String, Object>> parents = new ArrayList<>();
    before.stream()
        .filter(each -> !CONTROLLER.equals(each.get("controllerName")))
        .forEach(parents::add);
    List<Map<String, Object>> refs = Plain.maps(spec.get("parentRefs"));
    for (int i = 0; i < judged.parents().size(); i++) {
      int index = judged.parents().get(i);
      if (index >= refs.size()) {
        continue;
      }
      Map<String, Object> ref = refs.get(index);
      Object old =
          before.stream()
              .filter(
                  each ->
                      CONTROLLER.equals(each.get("controllerName"))
                          && ref.equals(each.get("parentRef")))
              .map(each -> each.get("conditions"))
              .findFirst()
              .orElse(List.of());
      Map<String, Object> parent = new LinkedHashMap<>();
      parent.put("parentRef", ref);
      parent.put("controllerName", CONTROLLER);
      parent.put("conditions", merged(old, ofParent(judged, i), judged));
      parents.add(parent);
    }
    return parents;
  }

  private static List<Condition> ofParent(Judged judged, int index) {
    List<Problem> attaching = below("spec.parentRefs[" + index + "]", judged.unresolved());
    List<Problem> leading = below("spec.rules", judged.unresolved());
    Condition accepted =
        attaching.isEmpty() || !judged.refused().isEmpty()
            ? accepted(judged)
            : new Condition(ACCEPTED, false, whyNot(attaching.getFirst()), said(attaching));
    Condition resolved =
        leading.isEmpty()
            ? new Condition(RESOLVED, true, RESOLVED, "")
            : new Condition(
                RESOLVED,
                false,
                leading.getFirst().message().contains("does not allow")
                    ? "RefNotPermitted"
                    : "BackendNotFound",
                said(leading));
    return List.of(accepted, resolved);
  }

  private static String whyNot(Problem attaching) {
    if (attaching.message().contains("hostname")) {
      return "NoMatchingListenerHostname";
    }
    return attaching.message().contains("takes no") ? "NotAllowedByListeners" : "NoMatchingParent";
  }

  private List<Map<String, Object>> listeners(
      Judged judged, Map<String, Object> spec, Map<String, Object> status) {
    List<Map<String, Object>> before = Plain.maps(status.get("listeners"));
    List<Map<String, Object>> listeners = new ArrayList<>();
    List<Map<String, Object>> specified = Plain.maps(spec.get("listeners"));
    for (int i = 0; i < specified.size(); i++) {
      String name = Plain.text(specified.get(i), "name");
      Integer routes =
          report.routes().get(judged.name().namespace() + "/" + judged.name().name() + "/" + name);
      Object old =
          before.stream()
              .filter(each -> name.equals(each.get("name")))
              .map(each -> each.get("conditions"))
              .findFirst()
              .orElse(List.of());
      List<Problem> wrong = below("spec.listeners[" + i + "]", judged.unresolved());
      Map<String, Object> listener = new LinkedHashMap<>();
      listener.put("name", name);
      listener.put("attachedRoutes", routes == null ? 0 : routes);
      listener.put("supportedKinds", kinds(Plain.text(specified.get(i), "protocol")));
      listener.put("conditions", merged(old, ofListener(judged, wrong, routes != null), judged));
      listeners.add(listener);
    }
    return listeners;
  }

  private List<Condition> ofListener(Judged judged, List<Problem> wrong, boolean open) {
    Condition accepted = accepted(judged);
    Condition programmed = programmed(accepted);
    return List.of(
        accepted,
        wrong.isEmpty()
            ? new Condition(RESOLVED, true, RESOLVED, "")
            : new Condition(RESOLVED, false, "InvalidCertificateRef", said(wrong)),
        programmed.holds() && !open
            ? new Condition(PROGRAMMED, false, "Invalid", "the listener is not open")
            : programmed);
  }

  private static List<Map<String, Object>> kinds(String protocol) {
    List<String> kinds =
        switch (protocol) {
          case "TLS" -> List.of(Kinds.TLS_ROUTE);
          case "TCP" -> List.of(Kinds.TCP_ROUTE);
          default -> List.of(Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE);
        };
    return kinds.stream()
        .map(kind -> Map.<String, Object>of("group", GATEWAY_GROUP, "kind", kind))
        .toList();
  }

  private static List<Problem> below(String path, List<Problem> problems) {
    return problems.stream().filter(each -> each.path().startsWith(path)).toList();
  }

  /** The mistakes without the object's name, which the reader knows. */
  static String said(List<Problem> problems) {
    List<String> lines = new ArrayList<>();
    for (Problem each : problems) {
      String path = each.path().isEmpty() ? "" : each.path() + ": ";
      String hint = each.hint().isEmpty() ? "" : " (" + each.hint() + ")";
      lines.add(path + each.message() + hint);
    }
    return String.join("; ", lines);
  }
}
