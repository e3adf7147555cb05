package dev.fairlead.app.prices;

import java.util.Locale;

/** The clouds whose price lists can be imported. */
enum Cloud {
  AWS,
  GCP,
  AZURE;

  PublishedList format() {
    return switch (this) {
      case AWS -> new AwsPriceList();
      case GCP -> new GcpPriceList();
      case AZURE -> new AzurePriceList();
    };
  }

  /** As ClusterProfiles name it: {@code aws}. */
  String provider() {
    return name().toLowerCase(Locale.ROOT);
  }
}
