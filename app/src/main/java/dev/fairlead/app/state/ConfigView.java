package dev.fairlead.app.state;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.locality.Residency;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.route.Action;
import dev.fairlead.route.Affinity;
import dev.fairlead.route.Credentials;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Rewrite;
import dev.fairlead.route.UpstreamTls;
import dev.fairlead.steering.cost.Rate;
import dev.fairlead.steering.cost.Scope;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The resolved configuration as JSON, without secrets. */
public final class ConfigView {
  private static final String HIDDEN = "***";

  /** Headers whose values are credentials, whoever reads the dump. */
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .changeDefaultVisibility(
              visible ->
                  visible.withVisibility(
                      PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE))
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .addMixIn(Algorithm.class, Typed.class)
          .addMixIn(Action.class, Typed.class)
          .addMixIn(Rewrite.Path.class, Typed.class)
          .addMixIn(Affinity.class, Typed.class)
          .addMixIn(UpstreamTls.PeerName.class, Typed.class)
          .addModule(
              new SimpleModule()
                  .addSerializer(Address.class, new ToStringSerializer(Address.class))
                  .addSerializer(Locality.class, new ToStringSerializer(Locality.class))
                  .addSerializer(ServiceName.class, new ToStringSerializer(ServiceName.class))
                  .addSerializer(Residency.class, new Residencies())
                  .addSerializer(Hints.class, new HintLists())
                  .addSerializer(Scope.class, new ToStringSerializer(Scope.class))
                  .addSerializer(Credentials.class, new CredentialNames())
                  .addSerializer(Rate.Tier.class, new Tiers())
                  .addSerializer(HostPattern.class, new HostPatterns())
                  .addSerializer(Labels.class, new LabelMaps()))
          .build();

  private ConfigView() {}

  /** An alternative of a sealed interface says which one it is. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
  private interface Typed {}

  /** What certificates say of themselves, which anybody sees who connects; of keys nothing. */
  private static final class CredentialNames extends ValueSerializer<Credentials> {
    @Override
    public void serialize(Credentials all, JsonGenerator out, SerializationContext context) {
      out.writeStartObject();
      out.writeObjectPropertyStart("keys");
      all.keys().forEach((name, key) -> certificates(out, name, key.chain()));
      out.writeEndObject();
      out.writeObjectPropertyStart("authorities");
      all.authorities().forEach((name, some) -> certificates(out, name, some));
      out.writeEndObject();
      out.writeEndObject();
    }

    private static void certificates(JsonGenerator out, String name, List<X509Certificate> some) {
      out.writeArrayPropertyStart(name);
      for (X509Certificate certificate : some) {
        out.writeStartObject();
        out.writeStringProperty("subject", certificate.getSubjectX500Principal().getName());
        out.writeStringProperty("notAfter", certificate.getNotAfter().toInstant().toString());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
  }

  private static final class HostPatterns extends ValueSerializer<HostPattern> {
    @Override
    public void serialize(HostPattern host, JsonGenerator out, SerializationContext context) {
      out.writeString(host.pattern());
    }
  }

  /** As documents write it: the last has no end, for which JSON has no number. */
  private static final class Tiers extends ValueSerializer<Rate.Tier> {
    @Override
    public void serialize(Rate.Tier tier, JsonGenerator out, SerializationContext context) {
      out.writeStartObject();
      if (tier.upToGib() != Double.POSITIVE_INFINITY) {
        out.writeNumberProperty("upToGiB", tier.upToGib());
      }
      out.writeNumberProperty("dollarsPerGiB", tier.dollarsPerGib());
      out.writeEndObject();
    }
  }

  private static final class Residencies extends ValueSerializer<Residency> {
    @Override
    public void serialize(Residency forbidden, JsonGenerator out, SerializationContext context) {
      out.writeStartObject();
      out.writeObjectPropertyStart("forbidden");
      sorted(out, "clusters", forbidden.clusters());
      sorted(out, "localities", forbidden.localities());
      sorted(out, "networks", forbidden.networks());
      out.writeEndObject();
      out.writeEndObject();
    }
  }

  private static final class HintLists extends ValueSerializer<Hints> {
    @Override
    public void serialize(Hints hints, JsonGenerator out, SerializationContext context) {
      out.writeStartObject();
      sorted(out, "zones", hints.zones());
      sorted(out, "nodes", hints.nodes());
      out.writeEndObject();
    }
  }

  /** A set has no order of its own, and two dumps of one configuration should be the same. */
  private static void sorted(JsonGenerator out, String name, Set<?> values) {
    out.writeArrayPropertyStart(name);
    values.stream().map(String::valueOf).sorted().forEach(out::writeString);
    out.writeEndArray();
  }

  private static final class LabelMaps extends ValueSerializer<Labels> {
    @Override
    public void serialize(Labels labels, JsonGenerator out, SerializationContext context) {
      out.writePOJO(labels.entries());
    }
  }

  /**
   * Credentials are never shown.
   *
   * @param redact hides every header value, query value and body too, for sharing with strangers
   */
  public static JsonNode of(Configuration configuration, boolean redact) {
    JsonNode tree = MAPPER.valueToTree(configuration);
    hide(tree, redact);
    return tree;
  }

  private static void hide(JsonNode node, boolean redact) {
    if (node instanceof ObjectNode object) {
      boolean pair = object.size() == 2 && object.has("name") && object.has("value");
      if (pair && (redact || isSecret(object.path("name").asString()))) {
        object.put("value", HIDDEN);
      }
      if (redact && object.path("body").isString()) {
        object.put("body", HIDDEN);
      }
    }
    node.forEach(child -> hide(child, redact));
  }

  private static boolean isSecret(String header) {
    return SECRET_HEADERS.contains(header.toLowerCase(Locale.ROOT));
  }
}
