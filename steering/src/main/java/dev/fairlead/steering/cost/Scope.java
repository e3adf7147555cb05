package dev.fairlead.steering.cost;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.locality.LocalityPattern;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** Which bytes a price is for: those from some localities to others over a span. */
public record Scope(End from, End to, Span span) {
  private static final LocalityPattern ANYWHERE = LocalityPattern.parse("*");

  /**
   * The most exact first: the one that names more regions, zones and sub-zones; then a span; then
   * longer beginnings before an asterisk; then a provider; then more of the sender's place. Two
   * that are equal in all this are as exact as each other.
   */
  static final Comparator<Scope> MOST_EXACT =
      Comparator.<Scope>comparingInt(scope -> -scope.count(Scope::isNamed))
          .thenComparing(scope -> scope.span == Span.ANY)
          .thenComparingInt(scope -> -scope.count(Scope::beginning))
          .thenComparingInt(scope -> -scope.from.providers() - scope.to.providers())
          .thenComparingInt(scope -> -scope.from.sum(Scope::isNamed));

  /**
   * Who sends or gets bytes.
   *
   * @param provider as its ClusterProfile names it; empty for any
   */
  public record End(String provider, LocalityPattern place) {
    /** Whether it is one of these for certain. */
    private boolean matches(Locality locality, String itsProvider) {
      return (provider.isEmpty() || provider.equals(itsProvider)) && place.matches(locality);
    }

    private int providers() {
      return provider.isEmpty() ? 0 : 1;
    }

    private int sum(ToIntFunction<String> ofPart) {
      return List.of(place.region(), place.zone(), place.subZone()).stream().mapToInt(ofPart).sum();
    }

    /** {@code aws:us-east-1}, without trailing parts that are any. */
    @Override
    public String toString() {
      String whole = place.toString();
      while (whole.endsWith("/*")) {
        whole = whole.substring(0, whole.length() - 2);
      }
      return (provider.isEmpty() ? "" : provider + ":") + whole;
    }
  }

  /**
   * What a provider takes for bytes that are sent from its localities.
   *
   * @param provider the sender's; empty for any
   */
  public Scope(String provider, LocalityPattern from, LocalityPattern to, Span span) {
    this(new End(provider, from), new End("", to), span);
  }

  /** From one locality to another; what is empty in them is any. */
  public static Scope between(Locality from, Locality to) {
    return new Scope("", pattern(from), pattern(to), Span.ANY);
  }

  /** All bytes of a span, from anywhere to anywhere. */
  public static Scope of(Span span) {
    return new Scope("", ANYWHERE, ANYWHERE, span);
  }

  private static LocalityPattern pattern(Locality locality) {
    return new LocalityPattern(
        orAny(locality.region()), orAny(locality.zone()), orAny(locality.subZone()));
  }

  private static String orAny(String part) {
    return part.isEmpty() ? "*" : part;
  }

  /** The way back. */
  public Scope reversed() {
    return new Scope(to, from, span);
  }

  /** Whether it holds for bytes between two places of known or unknown providers, for certain. */
  boolean matches(Locality sender, String itsProvider, Locality receiver, String other) {
    return (span == Span.ANY || span == Span.between(sender, itsProvider, receiver, other))
        && from.matches(sender, itsProvider)
        && to.matches(receiver, other);
  }

  private int count(ToIntFunction<String> ofPart) {
    return from.sum(ofPart) + to.sum(ofPart);
  }

  private static int isNamed(String part) {
    return part.endsWith("*") ? 0 : 1;
  }

  private static int beginning(String part) {
    return part.endsWith("*") ? part.length() - 1 : 0;
  }

  /** {@code aws:us-east-1 → *, internet}. */
  @Override
  public String toString() {
    return from + " → " + to + (span == Span.ANY ? "" : ", " + span.id());
  }
}
