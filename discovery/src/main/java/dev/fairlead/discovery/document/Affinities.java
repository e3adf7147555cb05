package dev.fairlead.discovery.document;

import static java.util.stream.Collectors.joining;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.Affinity;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads what a policy's affinity key is: a mapping with exactly one field. */
final class Affinities {
  private static final String TOKEN_HINT =
      "use letters, digits, '-' and '_', at most " + Affinity.MAX_NAME + " characters";

  private static final Reader<Affinity> HEADER =
      named(Affinity::isToken, "a header's name", TOKEN_HINT, Affinity.Header::new);
  private static final Reader<Affinity> COOKIE =
      named(Affinity::isToken, "a cookie's name", TOKEN_HINT, Affinity.Cookie::new);
  private static final Reader<Affinity> QUERY =
      named(Affinity::isToken, "a query parameter's name", TOKEN_HINT, Affinity.Query::new);
  private static final Reader<Affinity> GRPC_METADATA =
      named(
          Affinity::isMetadataKey,
          "a key of gRPC metadata",
          "use a-z, 0-9, '-', '_' and '.', not 'grpc-' at the start, at most "
              + Affinity.MAX_NAME
              + " characters",
          Affinity.GrpcMetadata::new);

  private static final Reader<Affinity> SOURCE_ADDRESS =
      value ->
          Scalars.BOOLEAN
              .read(value)
              .flatMap(
                  wanted -> {
                    if (!wanted) {
                      value.problem(
                          "false names no key", "write true, or another key in its place");
                      return Optional.empty();
                    }
                    return Optional.of(new Affinity.SourceAddress());
                  });

  /** A field that names a key, and what it holds. */
  private record Key(String field, Reader<Affinity> reader) {}

  private static final List<Key> KEYS =
      List.of(
          new Key("header", HEADER),
          new Key("cookie", COOKIE),
          new Key("query", QUERY),
          new Key("grpcMetadata", GRPC_METADATA),
          new Key("sourceAddress", SOURCE_ADDRESS));

  static final Reader<Affinity> AFFINITY =
      value -> Structures.object(Affinities::affinity).read(value).flatMap(Function.identity());

  private Affinities() {}

  /** What can be a key, by its field. */
  static String listed() {
    return KEYS.stream().map(Key::field).collect(joining(", "));
  }

  private static Reader<Affinity> named(
      Predicate<String> valid, String what, String hint, Function<String, Affinity> affinity) {
    return value -> Scalars.text(valid, what, hint).read(value).map(affinity);
  }

  private static Optional<Affinity> affinity(Fields fields) {
    String first = "";
    Optional<Affinity> affinity = Optional.empty();
    for (Key key : KEYS) {
      Optional<Value> field = fields.find(key.field());
      Optional<Affinity> read = field.flatMap(key.reader()::read);
      if (field.isPresent() && !first.isEmpty()) {
        field.get().problem("is a second key beside '" + first + "'", "keep one of them");
      } else if (field.isPresent()) {
        first = key.field();
        affinity = read;
      }
    }
    if (first.isEmpty()) {
      fields.value().problem("names no key", "add one of " + listed());
    }
    return affinity;
  }
}
