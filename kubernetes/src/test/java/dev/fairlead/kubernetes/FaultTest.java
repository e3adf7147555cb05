package dev.fairlead.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class FaultTest {
  private static String why(Throwable cause) {
    return Fault.why(new KubernetesClientException("Operation: [get] failed.", cause));
  }

  @Test
  void whatBrokeIsSaidAndNotWhatWasAsked() {
    assertThat(why(new ConnectException().initCause(new ClosedChannelException())))
        .isEqualTo("the API server does not answer: ConnectException");
    assertThat(why(new IOException("wrapped", new ConnectException("refused"))))
        .isEqualTo("the API server does not answer: ConnectException: refused");
  }

  @Test
  void theServersWordsAndOnesWithoutACauseStay() {
    assertThat(Fault.why(new KubernetesClientException("forbidden", 403, null)))
        .isEqualTo("forbidden");
    assertThat(Fault.why(new KubernetesClientException("odd"))).isEqualTo("odd");
  }
}
