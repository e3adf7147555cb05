package dev.fairlead.discovery.document;

/** One document, read but not yet resolved. */
public sealed interface Document
    permits Document.Broken,
        BackendTlsPolicyDocument,
        CertificateFilesDocument,
        ClusterProfileDocument,
        EndpointSliceDocument,
        GatewayDocument,
        HttpRouteDocument,
        NodeDocument,
        PriceSheetDocument,
        ReferenceGrantDocument,
        SecretDocument,
        ServiceDocument,
        ServiceEndpointsDocument,
        StaticResponseDocument,
        TrafficObjectiveDocument,
        TrafficPolicyDocument,
        TunnelRouteDocument {
  Metadata metadata();

  /** Without a spec that can be used, which is reported; still there for references to it. */
  record Broken(Metadata metadata) implements Document {
    /** The kind of a document whose own is missing or not known. */
    public static final String ANY_KIND = "";
  }
}
