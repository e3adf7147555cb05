package dev.fairlead.balancer.library;

/** What documents leave out around their code: imports, a class, a main method. */
final class Source {
  private static final String IMPORTS =
      """
      import static dev.fairlead.balancer.outcome.Outcome.*;

      import dev.fairlead.balancer.*;
      import dev.fairlead.balancer.endpoint.*;
      import dev.fairlead.balancer.hash.*;
      import dev.fairlead.balancer.health.*;
      import dev.fairlead.balancer.locality.*;
      import dev.fairlead.balancer.outcome.*;
      import dev.fairlead.balancer.pick.*;
      import dev.fairlead.balancer.probe.*;
      import dev.fairlead.balancer.report.*;
      import dev.fairlead.balancer.weight.*;
      import java.io.*;
      import java.net.*;
      import java.net.http.*;
      import java.net.http.HttpResponse.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.stream.*;
      """;

  private Source() {}

  /**
   * Class {@code example.Program} with these statements in its main and these members beside it.
   */
  static String program(String main, String members) {
    return "package example;\n"
        + IMPORTS
        + "public final class Program {\n"
        + "  private Program() {}\n"
        + "  public static void main(String[] arguments) throws Exception {\n"
        + main
        + "  }\n"
        + members
        + "}\n";
  }
}
