/**
 * What must hold between a pick, an end and an update on different threads, tried in very many
 * interleavings. Run in {@code balancer/target}, with a Java 21 or later, after {@code mvn -B -q
 * -Pjcstress -pl balancer -am test-compile}:
 *
 * <pre>java -cp "test-classes:classes:$(cat jcstress.classpath)" \
 *   org.openjdk.jcstress.Main -m quick -r jcstress</pre>
 *
 * <p>With {@code -sc false -af NONE -f 1 -fsm 1 -iters 2 -time 500} it takes a minute or two.
 */
@NullMarked
package dev.fairlead.balancer.stress;

import org.jspecify.annotations.NullMarked;
