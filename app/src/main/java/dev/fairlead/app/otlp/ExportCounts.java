package dev.fairlead.app.otlp;

/**
 * What became of spans so far.
 *
 * @param exported that a collector took
 * @param overflowed lost before, as too many waited
 * @param refused that a collector would not have
 * @param failed lost as no collector answered in time, however often it was tried
 */
public record ExportCounts(long exported, long overflowed, long refused, long failed) {}
