package dev.fairlead.app.admin;

import dev.fairlead.app.state.Json;
import java.nio.charset.StandardCharsets;

/** A whole answer of the admin API. */
record Reply(int status, String contentType, byte[] body) {
  static Reply text(int status, String text) {
    return new Reply(
        status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static Reply json(Object value) {
    return json(Json.MAPPER.writeValueAsBytes(value));
  }

  static Reply json(byte[] json) {
    return new Reply(200, "application/json", json);
  }
}
