package dev.fairlead.app.admin;

import dev.fairlead.app.control.LinkHintBoard;
import dev.fairlead.app.operate.Answer;
import dev.fairlead.app.operate.OrderPosts;
import dev.fairlead.app.operate.Questions;
import dev.fairlead.app.state.ConfigView;
import dev.fairlead.app.state.History;
import dev.fairlead.app.state.Json;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.StateSampler;
import dev.fairlead.app.state.Status;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What each path of the admin API answers, but for the stream of events. */
final class Routes {
  private static final String CONSOLE = "/console/";
  private static final String LINK_HINTS = "/api/link-hints";

  private final Sources sources;
  private final StateSampler sampler;
  private final History history;
  private final PrometheusRegistry metrics;
  private final LinkHintPosts linkHints;
  private final OrderPosts orders;
  private final Questions questions;
  private final ExpositionFormats formats = ExpositionFormats.init();

  Routes(
      Sources sources,
      StateSampler sampler,
      History history,
      LinkHintBoard linkHints,
      OrderPosts orders,
      PrometheusRegistry metrics) {
    this.sources = sources;
    this.sampler = sampler;
    this.history = history;
    this.linkHints = new LinkHintPosts(linkHints);
    this.orders = orders;
    this.questions = new Questions(sources);
    this.metrics = metrics;
  }

  /** Whether something can be posted there. */
  boolean takes(String path) {
    return path.equals(LINK_HINTS) || OrderPosts.takes(path);
  }

  /** The answer to what was posted where something can be. */
  Reply post(String path, byte[] body) {
    return path.equals(LINK_HINTS) ? linkHints.post(body) : reply(orders.post(path, body));
  }

  Reply answer(String path, @Nullable String query, @Nullable String accept) {
    return switch (path) {
      case "/livez" -> Reply.text(200, "ok");
      case "/readyz" -> ready(hasVerbose(query));
      case "/metrics" -> scrape(accept);
      case "/api/state" -> Reply.json(sampler.state());
      case "/api/history" -> Reply.json(array(history.all()));
      case "/api/plans" -> Reply.json(WeightPlans.documents(sources.plans().get()));
      case LINK_HINTS -> Reply.json(linkHints.list());
      case "/api/endpoints" ->
          Reply.json(
              EndpointList.of(sources.inForce().get(), sampler.state(), sources.others().get()));
      case "/api/prices" ->
          Reply.json(PriceView.of(sources.inForce().get(), sources.egress().volume()));
      case "/api/clusters" ->
          Reply.json(
              ClusterList.of(
                  sources.inForce().get().configuration(), sampler.state(), sources.pings()));
      case "/api/routes" ->
          Reply.json(RouteList.of(sources.inForce().get().configuration().routes()));
      case "/api/capacity" -> Reply.json(CapacityView.of(sampler.state(), sources.plans().get()));
      case "/api/config" ->
          Reply.json(
              Json.MAPPER.writeValueAsBytes(
                  ConfigView.of(sources.inForce().get().configuration(), false)));
      case "/api/requests" -> Reply.json(RequestStories.list(sources.exchanges()));
      case "/" -> console("index.html");
      default -> Questions.takes(path) ? asked(path, query) : under(path);
    };
  }

  private Reply asked(String path, @Nullable String query) {
    return reply(questions.answer(path, parameter(query, "service"), parameter(query, "since")));
  }

  private static Reply reply(Answer answer) {
    return answer.body() instanceof String text
        ? Reply.text(answer.status(), text)
        : Reply.json(answer.status(), Json.MAPPER.writeValueAsBytes(answer.body()));
  }

  /** The first value of a query's parameter, which is decoded already. */
  private static Optional<String> parameter(@Nullable String query, String name) {
    return query == null
        ? Optional.empty()
        : Stream.of(query.split("&", -1))
            .filter(each -> each.startsWith(name + "="))
            .map(each -> each.substring(name.length() + 1))
            .findFirst();
  }

  private Reply under(String path) {
    if (path.startsWith(RequestStories.PREFIX)) {
      return RequestStories.one(
          sources.exchanges(), path.substring(RequestStories.PREFIX.length()));
    }
    return path.startsWith(CONSOLE) ? console(path.substring(CONSOLE.length())) : notFound();
  }

  private static Reply console(String name) {
    return StaticFiles.file(name.isEmpty() ? "index.html" : name).orElseGet(Routes::notFound);
  }

  private static Reply notFound() {
    return Reply.text(404, "not found");
  }

  private static boolean hasVerbose(@Nullable String query) {
    return query != null && List.of(query.split("&", -1)).stream().anyMatch(Routes::isVerbose);
  }

  private static boolean isVerbose(String parameter) {
    return parameter.equals("verbose") || parameter.startsWith("verbose=");
  }

  private Reply ready(boolean verbose) {
    Status status = sources.status().get();
    StringBuilder text = new StringBuilder(status.ready() ? "ok" : "not ready");
    if (verbose || !status.ready()) {
      status.reasons().forEach(reason -> text.append('\n').append(reason));
    }
    return Reply.text(status.ready() ? 200 : 503, text.toString());
  }

  private Reply scrape(@Nullable String accept) {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream body = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(body, metrics.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Reply(200, writer.getContentType(), body.toByteArray());
  }

  private static byte[] array(List<byte[]> items) {
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    array.write('[');
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        array.write(',');
      }
      array.writeBytes(items.get(i));
    }
    array.write(']');
    return array.toByteArray();
  }
}
