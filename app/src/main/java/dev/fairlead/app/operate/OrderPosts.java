package dev.fairlead.app.operate;

import dev.fairlead.app.control.OrderRefused;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanVersion;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.state.Json;
import dev.fairlead.app.state.Sources;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.yaml.Nearest;
import dev.fairlead.steering.control.Mode;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Operators' orders, posted as JSON: {@code /api/mode}, {@code /api/freeze}, {@code /api/unfreeze},
 * {@code /api/apply}, {@code /api/rollback}. Each is answered when the slow loop has obeyed, with
 * the status of what it concerns.
 */
public final class OrderPosts {
  /** A name for a log line. */
  private static final int LONGEST_BY = 100;

  private static final int LONGEST_WHY = 500;

  /** Longer than any step should take; an order that waits longer is in force later. */
  private static final long PATIENCE_MILLIS = 2_000;

  private static final String DOCUMENTS = "documents";
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "/api/mode", Set.of("by", "why", "service", "mode"),
          "/api/freeze", Set.of("by", "why", "service"),
          "/api/unfreeze", Set.of("by", "why", "service"),
          "/api/apply", Set.of("by", "why", "service", "version", "undo"),
          "/api/rollback", Set.of("by", "why", "service", "version"));

  private final Sources sources;
  private final Runnable wake;
  private final Supplier<Optional<String>> keep;

  /**
   * @param wake has the slow loop look at what was ordered
   * @param keep has orders outlive the process; why that failed, empty where it did not
   */
  public OrderPosts(Sources sources, Runnable wake, Supplier<Optional<String>> keep) {
    this.sources = sources;
    this.wake = wake;
    this.keep = keep;
  }

  /** Whether an order can be posted there. */
  public static boolean takes(String path) {
    return FIELDS.containsKey(path);
  }

  /** Takes an order, at a path that {@link #takes} one. */
  public Answer post(String path, byte[] body) {
    try {
      return ordered(path, Json.MAPPER.readTree(body));
    } catch (JacksonException e) {
      return new Answer(400, "no JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      return new Answer(400, String.valueOf(e.getMessage()));
    } catch (Steered.Unknown e) {
      return new Answer(404, String.valueOf(e.getMessage()));
    } catch (OrderRefused e) {
      return new Answer(409, e.why());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(503, "the process ends");
    }
  }

  private Answer ordered(String path, JsonNode order) throws InterruptedException {
    check(order, FIELDS.getOrDefault(path, Set.of()));
    Optional<String> service = text(order, "service");
    Overrides.Board board =
        switch (path) {
          case "/api/mode" -> mode(steered(service), order);
          case "/api/freeze" -> sources.overrides().freeze(named(service), by(order));
          case "/api/unfreeze" -> sources.overrides().unfreeze(named(service));
          case "/api/apply" -> apply(steered(service), order);
          default -> rollback(steered(service), order);
        };
    wake.run();
    boolean obeyed = sources.overrides().awaitObeyed(board.generation(), PATIENCE_MILLIS);
    String notKept = keep.get().orElse(null);
    StatusView status = StatusView.of(sources);
    List<StatusView.Service> concerned =
        service.isEmpty()
            ? status.services()
            : status.of(Steered.known(sources, service.get())).stream().toList();
    return new Answer(obeyed ? 200 : 202, new Done(obeyed, notKept, concerned));
  }

  /**
   * An order that was taken.
   *
   * @param inForce false: the slow loop is at work, and will obey when it is done
   * @param notKept why it would be lost with the process, where it was to be kept; else null
   */
  record Done(boolean inForce, @Nullable String notKept, List<StatusView.Service> services) {}

  private Overrides.Board mode(Steered service, JsonNode order) {
    String word =
        text(order, "mode").orElseThrow(() -> new IllegalArgumentException("'mode' is missing"));
    return sources.overrides().mode(service.name(), mode(word), by(order));
  }

  private static Optional<Mode> mode(String word) {
    if (word.equals(DOCUMENTS)) {
      return Optional.empty();
    }
    for (Mode mode : Mode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(mode);
      }
    }
    throw new IllegalArgumentException(
        "'"
            + word
            + "' is no mode ("
            + Nearest.hint(word, List.of("observe", "advise", "drive", DOCUMENTS))
            + ")");
  }

  private Overrides.Board apply(Steered service, JsonNode order) {
    if (flag(order, "undo")) {
      return sources.overrides().withdraw(service.name());
    }
    PlanView view = service.plan(sources);
    Optional<Long> wanted = version(order);
    if (wanted.isPresent() && wanted.get() != view.version()) {
      throw new OrderRefused(
          "the plan of "
              + service.name()
              + " is version "
              + view.version()
              + " by now, not "
              + wanted.get()
              + " (look at it again: fairlead plan)");
    }
    return sources
        .overrides()
        .apply(service.name(), view.history().getLast(), service.documented().mode(), by(order));
  }

  private Overrides.Board rollback(Steered service, JsonNode order) {
    long version =
        version(order).orElseThrow(() -> new IllegalArgumentException("'version' is missing"));
    PlanView view = service.plan(sources);
    PlanVersion to =
        view.history().stream()
            .filter(each -> each.version() == version)
            .findFirst()
            .orElseThrow(
                () ->
                    new Steered.Unknown(
                        service.name()
                            + " has no version "
                            + version
                            + " to go back to (there are "
                            + view.history().getFirst().version()
                            + "…"
                            + view.version()
                            + ")"));
    return sources.overrides().rollback(service.name(), to, service.documented().mode(), by(order));
  }

  private Steered steered(Optional<String> service) {
    return Steered.named(
        sources, service.orElseThrow(() -> new IllegalArgumentException("'service' is missing")));
  }

  private Optional<ServiceName> named(Optional<String> service) {
    return service.map(name -> Steered.named(sources, name).name());
  }

  private Overrides.Order by(JsonNode order) {
    String by = text(order, "by").orElse("");
    if (by.isBlank() || by.length() > LONGEST_BY) {
      throw new IllegalArgumentException(
          "'by' is missing: who orders, in at most " + LONGEST_BY + " characters");
    }
    String why = text(order, "why").orElse("").strip();
    if (why.length() > LONGEST_WHY) {
      throw new IllegalArgumentException("'why' has more than " + LONGEST_WHY + " characters");
    }
    return new Overrides.Order(by, sources.clock().millis(), why);
  }

  private static void check(JsonNode order, Set<String> fields) {
    if (!order.isObject()) {
      throw new IllegalArgumentException("an order is a JSON object");
    }
    for (Iterator<String> names = order.propertyNames().iterator(); names.hasNext(); ) {
      String name = names.next();
      if (!fields.contains(name)) {
        throw new IllegalArgumentException(
            "unknown field '" + name + "' (" + Nearest.hint(name, fields) + ")");
      }
    }
  }

  private static Optional<String> text(JsonNode order, String name) {
    JsonNode value = present(order, name);
    if (value != null && !value.isString()) {
      throw new IllegalArgumentException("'" + name + "' is not a text");
    }
    return Optional.ofNullable(value).map(JsonNode::stringValue);
  }

  private static Optional<Long> version(JsonNode order) {
    JsonNode value = present(order, "version");
    if (value != null && !(value.isIntegralNumber() && value.canConvertToLong())) {
      throw new IllegalArgumentException("'version' is not a whole number");
    }
    return Optional.ofNullable(value).map(JsonNode::longValue);
  }

  private static boolean flag(JsonNode order, String name) {
    JsonNode value = present(order, name);
    if (value != null && !value.isBoolean()) {
      throw new IllegalArgumentException("'" + name + "' is neither true nor false");
    }
    return value != null && value.booleanValue();
  }

  private static @Nullable JsonNode present(JsonNode order, String name) {
    JsonNode value = order.get(name);
    return value == null || value.isNull() ? null : value;
  }
}
