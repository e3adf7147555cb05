package dev.fairlead.steering.cost;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.locality.LocalityPattern;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Which bytes a price is for: those from some localities to others over a span.
 *
 * @param provider the sender's, as its ClusterProfile names it; empty for any
 */
public record Scope(String provider, LocalityPattern from, LocalityPattern to, Span span) {
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
          .thenComparing(scope -> scope.provider.isEmpty())
          .thenComparingInt(scope -> -sum(scope.from, Scope::isNamed));

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
    return new Scope(provider, to, from, span);
  }

  /** Whether it holds for bytes of a sender of that provider over that span, for certain. */
  boolean matches(Locality sender, String senderProvider, Locality receiver, Span between) {
    return (span == Span.ANY || span == between)
        && (provider.isEmpty() || provider.equals(senderProvider))
        && from.matches(sender)
        && to.matches(receiver);
  }

  private int count(ToIntFunction<String> ofPart) {
    return sum(from, ofPart) + sum(to, ofPart);
  }

  private static int sum(LocalityPattern pattern, ToIntFunction<String> ofPart) {
    return List.of(pattern.region(), pattern.zone(), pattern.subZone()).stream()
        .mapToInt(ofPart)
        .sum();
  }

  private static int isNamed(String part) {
    return part.endsWith("*") ? 0 : 1;
  }

  private static int beginning(String part) {
    return part.endsWith("*") ? part.length() - 1 : 0;
  }

  /** {@code aws: us-east-1 → *, internet}, without trailing parts that are any. */
  @Override
  public String toString() {
    return (provider.isEmpty() ? "" : provider + ": ")
        + shortened(from)
        + " → "
        + shortened(to)
        + (span == Span.ANY ? "" : ", " + span.id());
  }

  private static String shortened(LocalityPattern pattern) {
    String whole = pattern.toString();
    while (whole.endsWith("/*")) {
      whole = whole.substring(0, whole.length() - 2);
    }
    return whole;
  }
}
