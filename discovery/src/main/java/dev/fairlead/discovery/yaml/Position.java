package dev.fairlead.discovery.yaml;

/** A place in a text: line and column from 1, the column in characters. */
public record Position(int line, int column) {}
