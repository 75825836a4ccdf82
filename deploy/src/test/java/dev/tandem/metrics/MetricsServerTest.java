package dev.tandem.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.metrics.Health.Condition;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `/health/live` and `/health/ready` as a probe sees them.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the field before each use.
class MetricsServerTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private final Health health = new Health();
  private MetricsServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new MetricsServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            health);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> ask(String what) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.port() + "/health/" + what);
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private void part(String name, Condition condition) {
    health.add(name, () -> condition);
  }

  private void assertLiveAndReady(int live, int ready) throws Exception {
    assertThat(ask("live").statusCode()).as("live").isEqualTo(live);
    assertThat(ask("ready").statusCode()).as("ready").isEqualTo(ready);
  }

  @Test
  void shouldBeLiveAndReadyWhereEveryPartWorks() throws Exception {
    part("set-up", Condition.DONE);
    part("capture", Condition.READY);
    assertLiveAndReady(200, 200);
    assertThat(ask("ready").body()).isEqualTo("set-up: done\ncapture: ready\n");
  }

  @Test
  void shouldBeLiveButNotReadyWhileAPartWaitsAndSayForWhat() throws Exception {
    part("stores", Condition.waiting("legacy store: connection\nrefused"));
    assertLiveAndReady(200, 503);
    assertThat(ask("ready").body())
        .isEqualTo("stores: waiting (legacy store: connection refused)\n");
  }

  @Test
  void shouldNotBeRestartedForPartsThatStoppedOnPurpose() throws Exception {
    part("set-up", Condition.DONE);
    part("translate shop", Condition.stopped("too many dead letters"));
    part("mapping of shop", Condition.stopped("another spec"));
    assertLiveAndReady(200, 503);
  }

  @Test
  void shouldBeRestartedWhereNothingUsefulIsLeftAndSomethingFailed() throws Exception {
    part("set-up", Condition.DONE);
    part("translate shop", Condition.failed("a bug"));
    part("mapping of other", Condition.stopped("another spec"));
    assertLiveAndReady(503, 503);
    assertThat(ask("live").body()).contains("translate shop: failed (a bug)");
  }

  @Test
  void shouldNotInterruptWhatWorksForWhatFailed() throws Exception {
    part("set-up", Condition.DONE);
    part("translate shop", Condition.failed("a bug"));
    part("translate other", Condition.READY);
    assertLiveAndReady(200, 503);
  }

  @Test
  void shouldBeRestartedWhereSetUpItselfFailed() throws Exception {
    part("set-up", Condition.failed("a bug"));
    assertLiveAndReady(503, 503);
  }

  @Test
  void shouldBeRestartedWhereAThreadHasDied() throws Exception {
    part("set-up", Condition.DONE);
    part("capture", Condition.dead("its thread has ended"));
    part("translate shop", Condition.READY);
    assertLiveAndReady(503, 503);
  }
}
