package dev.fairlead.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.outcome.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a status of gRPC says of an endpoint, and what one of HTTP is in gRPC. */
class GrpcStatusTest {
  @ParameterizedTest
  @CsvSource({
    "0, REPLIED", "1, IGNORED", "2, FAILED", "3, REPLIED", "4, FAILED", "5, REPLIED",
    "6, REPLIED", "7, REPLIED", "8, OVERLOADED", "9, REPLIED", "10, REPLIED", "11, REPLIED",
    "12, REPLIED", "13, FAILED", "14, OVERLOADED", "15, FAILED", "16, REPLIED", "17, FAILED",
  })
  void whatAStatusSaysOfItsEndpoint(int status, Outcome outcome) {
    assertThat(GrpcStatus.outcome(status)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "400, 13", "401, 16", "403, 7", "404, 12", "429, 14", "502, 14", "503, 14", "504, 14", "413, 2",
    "431, 2", "500, 2",
  })
  void whatAStatusOfHttpIsInGrpc(int http, int status) {
    assertThat(GrpcStatus.ofHttp(http)).isEqualTo(status);
  }
}
