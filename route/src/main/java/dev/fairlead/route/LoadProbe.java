package dev.fairlead.route;

import java.util.OptionalInt;

/**
 * How the endpoints of a service are asked how loaded they are, where its policy wants to know: by
 * a GET, which is answered in a header.
 *
 * @param path with its query, beginning with a slash
 * @param host that is asked for
 * @param port of each endpoint's address that is asked, in clear text; empty: the one that requests
 *     go to, as they are
 * @param protocol that is spoken there
 */
public record LoadProbe(String path, String host, OptionalInt port, Protocol protocol) {}
