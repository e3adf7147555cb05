package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.route.Action;
import dev.fairlead.route.Rewrite;
import java.util.Map;
import java.util.Optional;

/** Readers of redirects and rewrites. */
final class Rewrites {
  private static final Map<String, Boolean> PATH_TYPES =
      Map.of("ReplaceFullPath", true, "ReplacePrefixMatch", false);

  private static final Reader<String> PREFIX =
      value ->
          value.node() instanceof Node.Scalar scalar
                  && scalar.type() == Node.Scalar.Type.STRING
                  && scalar.text().isEmpty()
              ? Optional.of("/")
              : Matches.PATH.read(value);

  private static final Reader<Rewrite.Path> PATH =
      Structures.object(
          fields -> {
            boolean full = fields.required("type", Scalars.oneOf(PATH_TYPES), true);
            String field = full ? "replaceFullPath" : "replacePrefixMatch";
            // Gateway API has "" and "/" mean the same prefix.
            String path = fields.required(field, full ? Matches.PATH : PREFIX, "/");
            return full ? new Rewrite.Path.ReplaceFull(path) : new Rewrite.Path.ReplacePrefix(path);
          });

  /** 301 and 302 are Gateway API's core; 303, 307 and 308 its extensions. */
  private static final Reader<Integer> REDIRECT_STATUS =
      value ->
          Scalars.integer(300, 399)
              .read(value)
              .filter(
                  status -> {
                    boolean known =
                        (status >= 301 && status <= 303) || status == 307 || status == 308;
                    if (!known) {
                      value.problem(status + " is no redirect", "use 301, 302, 303, 307 or 308");
                    }
                    return known;
                  });

  static final Reader<Rewrite> REWRITE =
      Structures.object(
          fields ->
              new Rewrite(
                  fields.optional("hostname", Names.PRECISE_HOST),
                  fields.optional("path", PATH, new Rewrite.Path.Keep())));

  static final Reader<Action.Redirect> REDIRECT = Structures.object(Rewrites::redirect);

  private Rewrites() {}

  private static Action.Redirect redirect(Fields fields) {
    return new Action.Redirect(
        fields.optional("scheme", Scalars.oneOf(Map.of("http", "http", "https", "https"))),
        fields.optional("hostname", Names.PRECISE_HOST),
        fields.optional("port", Names.PORT),
        fields.optional("path", PATH, new Rewrite.Path.Keep()),
        fields.optional("statusCode", REDIRECT_STATUS, 302));
  }
}
