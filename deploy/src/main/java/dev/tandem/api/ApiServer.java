package dev.tandem.api;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.tandem.operate.ActionBook;
import dev.tandem.run.Migration;
import dev.tandem.spec.HttpSpec;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the operator's API of one migration. Where nobody may call, it does not listen anywhere
/// but on this machine.
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final Duration LOOK_AT_FILES = Duration.ofSeconds(2);
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Optional<LiveCertificate> certificate;

  private ApiServer(HttpServer server, Optional<LiveCertificate> certificate) {
    this.server = server;
    this.certificate = certificate;
  }

  /// @throws IllegalStateException if nobody could call, or the certificate cannot be used
  /// @throws IOException if the address is taken
  public static ApiServer start(
      InetSocketAddress address, Migration migration, MeterRegistry meters) throws IOException {
    requireCallers(migration.http());
    var clock = Clock.systemUTC();
    var actions = new ActionBook(migration, clock);
    var handler =
        new ApiHandler(
            routes(migration, actions, clock),
            ApiHandler.Guards.of(Callers.of(migration.http())),
            new Audit(actions),
            new ApiMetrics(meters, migration.name()));
    return start(address, migration.http(), handler);
  }

  /// Everything that can be asked for.
  static List<Route> routes(Migration migration, ActionBook actions, Clock clock) {
    return Stream.of(
            new ReadRoutes(migration, actions, clock).all(),
            new JobRoutes(migration, clock).all(),
            new RepairRoutes(migration, clock).all(),
            new LetterRoutes(migration, clock).all(),
            new GenerationRoutes(migration).all())
        .flatMap(List::stream)
        .toList();
  }

  static ApiServer start(InetSocketAddress address, HttpSpec spec, HttpHandler handler)
      throws IOException {
    requireCallers(spec);
    var certificate = spec.tls().map(tls -> new LiveCertificate(tls, LOOK_AT_FILES));
    boolean isHere = address.getAddress() != null && address.getAddress().isLoopbackAddress();
    if (certificate.isEmpty() && !isHere) {
      LOG.warn(
          "the operator's API is served at {} without TLS: tokens can be read on their way; fix:"
              + " http.tls, or a proxy on this machine that has it",
          address);
    }
    HttpServer server;
    try {
      server = certificate.isPresent() ? https(address, certificate.get()) : plain(address);
    } catch (IOException e) {
      certificate.ifPresent(LiveCertificate::close);
      throw new IOException(
          "the operator's API cannot listen at " + address + ": " + e.getMessage(), e);
    }
    var started = new ApiServer(server, certificate);
    server.setExecutor(started.threads);
    server.createContext("/", handler);
    server.start();
    return started;
  }

  private static void requireCallers(HttpSpec spec) {
    if (!spec.knowsCallers()) {
      throw new IllegalStateException(
          "the operator's API was asked for, and the spec names nobody who may call it; fix: add"
              + " http.tokens or http.jwt to the spec or to the file of --http, or leave the role serve"
              + " out");
    }
  }

  private static HttpServer plain(InetSocketAddress address) throws IOException {
    return HttpServer.create(address, BACKLOG);
  }

  private static HttpServer https(InetSocketAddress address, LiveCertificate certificate)
      throws IOException {
    HttpsServer server = HttpsServer.create(address, BACKLOG);
    SSLContext context = certificate.context();
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters connection) {
            SSLParameters parameters = context.getDefaultSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            connection.setSSLParameters(parameters);
          }
        });
    return server;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    certificate.ifPresent(LiveCertificate::close);
  }
}
