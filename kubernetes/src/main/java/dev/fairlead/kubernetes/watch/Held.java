package dev.fairlead.kubernetes.watch;

import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.kubernetes.ObjectName;

/**
 * One object, reduced.
 *
 * @param version in which it is served
 * @param uid of this incarnation
 * @param generation that its status should speak of
 */
record Held(
    ObjectName name, WatchedKind kind, String version, Node node, String uid, long generation) {}
