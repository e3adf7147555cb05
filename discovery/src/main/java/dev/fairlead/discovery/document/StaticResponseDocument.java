package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.route.Action;
import dev.fairlead.route.HeaderEdits.Header;
import java.util.List;

/** A StaticResponse: a route's answer without an upstream. */
public record StaticResponseDocument(Metadata metadata, Action.StaticReply reply)
    implements Document {
  /** It lives in memory and goes out in one write; larger answers need a server. */
  private static final int MAX_BODY_BYTES = 64 * 1024;

  static StaticResponseDocument read(Metadata metadata, Fields spec) {
    int status = spec.optional("status", Scalars.integer(200, 599), 200);
    List<Header> headers = spec.optional("headers", HeaderReaders.HEADERS, List.of());
    String body = spec.optional("body", Scalars.text(MAX_BODY_BYTES), "");
    if (!body.isEmpty() && (status == 204 || status == 304)) {
      spec.find("body").ifPresent(at -> at.problem("a " + status + " has no body", "remove it"));
    }
    return new StaticResponseDocument(metadata, new Action.StaticReply(status, headers, body));
  }
}
