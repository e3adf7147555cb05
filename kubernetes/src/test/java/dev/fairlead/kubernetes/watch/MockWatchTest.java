package dev.fairlead.kubernetes.watch;

import dev.fairlead.kubernetes.MockApi;
import org.junit.jupiter.api.AfterEach;

class MockWatchTest extends Watching {
  private final MockApi mock = new MockApi();
  private final Tools api = new Tools(mock.client(), mock.client());

  @Override
  Tools api() {
    return api;
  }

  @AfterEach
  void close() {
    api.close();
    mock.close();
  }
}
