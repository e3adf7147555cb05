package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.ServerTls.TlsVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a listener ends TLS.
 *
 * @param trustDomains of which clients' SPIFFE ids must be; empty: any
 */
public record ListenerTls(
    List<CertificateRef> certificates, TlsVersion oldest, Set<String> trustDomains, Value at) {
  /** Gateway API leaves the names of options to implementations, with a prefix of their own. */
  private static final String OLDEST = Kinds.OWN_GROUP + "/minimum-version";

  private static final String TRUST_DOMAINS = Kinds.OWN_GROUP + "/trust-domains";

  /** As SPIFFE has it: comma separated here. */
  private static final Pattern DOMAINS =
      Pattern.compile("[a-z0-9._-]{1,255}(,[a-z0-9._-]{1,255})*+");

  private record Options(TlsVersion oldest, Set<String> trustDomains) {
    static final Options DEFAULT = new Options(TlsVersion.TLS_1_2, Set.of());
  }

  private static final Reader<Options> OPTIONS =
      Structures.object(
          fields ->
              new Options(
                  fields.optional(
                      OLDEST,
                      Scalars.oneOf(Map.of("1.2", TlsVersion.TLS_1_2, "1.3", TlsVersion.TLS_1_3)),
                      TlsVersion.TLS_1_2),
                  fields
                      .optional(
                          TRUST_DOMAINS,
                          Scalars.text(
                              text -> DOMAINS.matcher(text).matches(),
                              "a list of trust domains",
                              "use a-z, 0-9, '.', '-' and '_', and ',' between two"))
                      .map(text -> Set.copyOf(List.of(text.split(","))))
                      .orElse(Set.of())));

  /** For connections that are led by the name in them, and not decrypted. */
  static final Reader<String> PASSTHROUGH =
      Structures.object(
          fields ->
              fields.required(
                  "mode", Scalars.oneOf(Map.of("Passthrough", ""), Set.of("Terminate")), ""));

  static Reader<ListenerTls> reader(String own) {
    return Structures.object(fields -> read(fields, own));
  }

  private static ListenerTls read(Fields fields, String own) {
    fields.optional("mode", Scalars.oneOf(Map.of("Terminate", "")));
    List<CertificateRef> certificates =
        fields.required(
            "certificateRefs", Structures.list(CertificateRef.ofKey(own), 1, 64), List.of());
    Options options = fields.optional("options", OPTIONS, Options.DEFAULT);
    return new ListenerTls(certificates, options.oldest, options.trustDomains, fields.value());
  }
}
