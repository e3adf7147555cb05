package dev.fairlead.discovery.document;

import dev.fairlead.discovery.document.MirrorReader.MirrorRef;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.route.Action;
import dev.fairlead.route.Cors;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Rewrite;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a rule does to requests beside choosing a backend.
 *
 * @param reply name of the StaticResponse that answers instead of a backend
 * @param mirrors in their order
 */
public record Filters(
    HeaderEdits requestHeaders,
    HeaderEdits responseHeaders,
    Optional<Located<Rewrite>> rewrite,
    Optional<Located<Action.Redirect>> redirect,
    Optional<Located<String>> reply,
    List<MirrorRef> mirrors,
    Optional<Located<Cors>> cors) {
  static final Filters NONE =
      new Filters(
          HeaderEdits.NONE,
          HeaderEdits.NONE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty());

  /** Gateway API's bound. */
  private static final int MAX_FILTERS = 16;

  private static final Set<String> NOT_YET = Set.of("ExternalAuth");

  /** A filter's type: its name, and the one field that goes with it. */
  private enum Type {
    REQUEST_HEADERS("RequestHeaderModifier", "requestHeaderModifier"),
    RESPONSE_HEADERS("ResponseHeaderModifier", "responseHeaderModifier"),
    REDIRECT("RequestRedirect", "requestRedirect"),
    REWRITE("URLRewrite", "urlRewrite"),
    EXTENSION("ExtensionRef", "extensionRef"),
    MIRROR("RequestMirror", "requestMirror"),
    CORS("CORS", "cors"),
    UNKNOWN("", "");

    private final String word;
    private final String field;

    Type(String word, String field) {
      this.word = word;
      this.field = field;
    }
  }

  private static final Reader<String> EXTENSION_REF =
      Structures.object(
          fields -> {
            fields.required("group", Scalars.oneOf(Map.of(Kinds.OWN_GROUP, "")), "");
            fields.required("kind", Scalars.oneOf(Map.of(Kinds.STATIC_RESPONSE, "")), "");
            return fields.required("name", Names.SUBDOMAIN, "");
          });

  /** Those of an HTTPRoute's rule in a namespace. */
  static Reader<Filters> ofRule(String own) {
    return filters(
        own,
        Type.REQUEST_HEADERS,
        Type.RESPONSE_HEADERS,
        Type.REDIRECT,
        Type.REWRITE,
        Type.EXTENSION,
        Type.MIRROR,
        Type.CORS);
  }

  /** Those of a GRPCRoute's rule. */
  static Reader<Filters> ofCall(String own) {
    return filters(own, Type.REQUEST_HEADERS, Type.RESPONSE_HEADERS, Type.EXTENSION, Type.MIRROR);
  }

  static Reader<Filters> ofBackend(String own) {
    return filters(own, Type.REQUEST_HEADERS, Type.RESPONSE_HEADERS);
  }

  private static Reader<Filters> filters(String own, Type... types) {
    Map<String, Type> words = new TreeMap<>();
    for (Type type : types) {
      words.put(type.word, type);
    }
    return value -> {
      Found found = new Found(own);
      Reader<Type> one = Structures.object(fields -> found.read(fields, words));
      return Structures.list(one, 0, MAX_FILTERS).read(value).map(all -> found.filters());
    };
  }

  /** The filters of one list, as they are read. */
  private static final class Found {
    private final Set<Type> types = EnumSet.noneOf(Type.class);
    private HeaderEdits requestHeaders = HeaderEdits.NONE;
    private HeaderEdits responseHeaders = HeaderEdits.NONE;
    private Optional<Located<Rewrite>> rewrite = Optional.empty();
    private Optional<Located<Action.Redirect>> redirect = Optional.empty();
    private Optional<Located<String>> reply = Optional.empty();
    private final List<MirrorRef> mirrors = new ArrayList<>();
    private Optional<Located<Cors>> cors = Optional.empty();
    private final String own;

    Found(String own) {
      this.own = own;
    }

    Type read(Fields fields, Map<String, Type> words) {
      Type type = fields.required("type", Scalars.oneOf(words, NOT_YET), Type.UNKNOWN);
      if (type != Type.UNKNOWN && type != Type.MIRROR && !types.add(type)) {
        fields.value().problem("a second " + type.word, "merge it with the first");
      }
      switch (type) {
        case REQUEST_HEADERS ->
            requestHeaders = fields.required(type.field, HeaderReaders.EDITS, HeaderEdits.NONE);
        case RESPONSE_HEADERS ->
            responseHeaders = fields.required(type.field, HeaderReaders.EDITS, HeaderEdits.NONE);
        case REDIRECT -> redirect = located(fields, type, Rewrites.REDIRECT);
        case REWRITE -> rewrite = located(fields, type, Rewrites.REWRITE);
        case EXTENSION -> reply = located(fields, type, EXTENSION_REF);
        case MIRROR -> fields.required(type.field, MirrorReader.in(own)).ifPresent(mirrors::add);
        case CORS -> cors = located(fields, type, CorsReader.CORS);
        case UNKNOWN -> {
          // Which field belongs to it cannot be known.
          for (Type any : Type.values()) {
            fields.ignored(any.field);
          }
          fields.ignored("externalAuth");
        }
      }
      return type;
    }

    private static <T> Optional<Located<T>> located(Fields fields, Type type, Reader<T> reader) {
      return fields.required(
          type.field,
          value -> Optional.of(Structures.located(reader).read(value)),
          Optional.empty());
    }

    Filters filters() {
      return new Filters(
          requestHeaders, responseHeaders, rewrite, redirect, reply, List.copyOf(mirrors), cors);
    }
  }
}
