package dev.fairlead.app.admin;

import dev.fairlead.app.state.Json;
import java.nio.charset.StandardCharsets;

/** A whole answer of the admin API. */
final class Reply {
  private final int status;
  private final String contentType;
  private final byte[] body;

  Reply(int status, String contentType, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  static Reply text(int status, String text) {
    return new Reply(
        status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static Reply json(Object value) {
    return json(Json.MAPPER.writeValueAsBytes(value));
  }

  static Reply json(byte[] json) {
    return json(200, json);
  }

  static Reply json(int status, byte[] json) {
    return new Reply(status, "application/json", json);
  }
}
