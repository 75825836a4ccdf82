package dev.tandem.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What a PromQL expression selects: series, and the labels that its matchers and groupings name.
final class Expressions {
  private static final Pattern SERIES =
      Pattern.compile("\\b((?:tandem|jvm|process|system)_[a-z0-9_]+)(?:\\{([^}]*)})?");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
  private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on) ?\\(([^)]*)\\)");

  /// Labels that do not come from the process, but from who scrapes it.
  private static final Set<String> SCRAPED = Set.of("instance", "stage");

  private Expressions() {}

  static List<String> series(String expression) {
    return SERIES.matcher(expression).results().map(found -> found.group(1)).toList();
  }

  /// Fails where an expression names a series, or of it a label, that no process exports.
  static void assertExported(String where, String expression, Map<String, Set<String>> exported) {
    assertThat(series(expression)).as("%s selects something", where).isNotEmpty();
    assertThat(exported.keySet()).as(where).containsAll(series(expression));
    SERIES.matcher(expression).results().forEach(found -> labels(where, found, exported));
    GROUPING
        .matcher(expression)
        .results()
        .flatMap(found -> List.of(found.group(1).split("\\s*,\\s*")).stream())
        .filter(label -> !SCRAPED.contains(label))
        .forEach(
            label ->
                assertThat(series(expression))
                    .as("%s: some series has the label %s", where, label)
                    .anyMatch(name -> exported.getOrDefault(name, Set.of()).contains(label)));
  }

  private static void labels(String where, MatchResult found, Map<String, Set<String>> exported) {
    if (found.group(2) != null) {
      assertThat(exported.getOrDefault(found.group(1), Set.of()))
          .as("%s: labels of %s", where, found.group(1))
          .containsAll(
              LABEL
                  .matcher(found.group(2))
                  .results()
                  .map(label -> label.group(1))
                  .filter(label -> !SCRAPED.contains(label) || found.group(2).startsWith("stage"))
                  .toList());
    }
  }
}
