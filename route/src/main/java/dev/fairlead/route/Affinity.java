package dev.fairlead.route;

import java.util.Locale;

/**
 * Which part of a request is its affinity key: requests of one key go to one endpoint, as long as
 * that is there, where the service's policy hashes. A request that lacks that part, or has it
 * empty, has no key and is balanced as if there were no affinity; that is never an error.
 */
public sealed interface Affinity {
  /** Of a name, in characters: as Gateway API bounds the names of headers. */
  int MAX_NAME = 256;

  /** The first header line of this name, which is in lower case here. */
  record Header(String name) implements Affinity {
    public Header {
      name = AffinityNames.checked(name, AffinityNames.TOKEN).toLowerCase(Locale.ROOT);
    }
  }

  /** The first cookie of exactly this name in the first Cookie line (RFC 6265). */
  record Cookie(String name) implements Affinity {
    public Cookie {
      AffinityNames.checked(name, AffinityNames.TOKEN);
    }
  }

  /** The first query parameter of this name, which is compared as {@link Match#query} is. */
  record Query(String name) implements Affinity {
    public Query {
      AffinityNames.checked(name, AffinityNames.TOKEN);
    }
  }

  /**
   * The first value of a gRPC call's metadata of this key; over HTTP it is the header of that name.
   * A binary one ({@code -bin}) counts in its encoded form.
   */
  record GrpcMetadata(String name) implements Affinity {
    public GrpcMetadata {
      AffinityNames.checked(name, AffinityNames.METADATA_KEY);
    }
  }

  /** The peer's IP address, without port: behind another proxy, that proxy's. */
  record SourceAddress() implements Affinity {}

  /** Whether a header, cookie or parameter may have this name: RFC 9110's token, bounded. */
  static boolean isToken(String name) {
    return AffinityNames.TOKEN.matcher(name).matches();
  }

  /** Whether it is the key of custom metadata (gRPC over HTTP/2, Custom-Metadata), bounded. */
  static boolean isMetadataKey(String name) {
    return AffinityNames.METADATA_KEY.matcher(name).matches();
  }
}
