package dev.tandem.chaos;

import dev.tandem.running.RoleProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where operators call a member that serves: another port in each of its lives.
///
/// @param port of 127.0.0.1 where it answers now
record Desk(String name, Port port) {
  private static final Pattern TOLD = Pattern.compile("operators on port ([0-9]+)");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  interface Port {
    /// @throws IOException if there is none yet
    int find() throws IOException;
  }

  Desk(Fleet.Name name, RoleProcess process) {
    this(name.toString(), () -> last(process));
  }

  private static int last(RoleProcess process) throws IOException {
    return process.lines().stream()
        .flatMap(line -> TOLD.matcher(line).results())
        .map(found -> Integer.valueOf(found.group(1)))
        .reduce((_, last) -> last)
        .orElseThrow(() -> new ConnectException("it has not said where it answers"));
  }

  HttpResponse<String> get(String path, Optional<String> token)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.find() + path))
            .timeout(PATIENCE);
    token.ifPresent(it -> request.header("Authorization", "Bearer " + it));
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
