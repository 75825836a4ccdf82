package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a command line ended with.
public record Ended(int code, String out, String err) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Of `tandem WORD …`.
  public static Ended of(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Tandem.commands()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(words);
    return new Ended(code, out.toString(), err.toString());
  }

  /// Of `tandem WORD SPEC …`.
  public static Ended of(Path spec, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add(1, spec.toString());
    return of(all.toArray(String[]::new));
  }

  /// What it has put out.
  public JsonNode json() throws JsonProcessingException {
    assertThat(out).as(err).startsWith("{");
    return JSON.readTree(out);
  }
}
