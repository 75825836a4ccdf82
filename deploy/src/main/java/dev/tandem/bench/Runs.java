package dev.tandem.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The results of one run of the benchmark or more. What was measured more than once stands for
/// itself by its median: of an even number the lower one of both, so that it is one that was
/// measured.
public final class Runs {
  private final List<Bench.Result> results;

  /// What a figure was over all runs.
  public record Spread(double least, double median, double most) {}

  /// @param results one at least
  public Runs(List<Bench.Result> results) {
    this.results = List.copyOf(results);
    if (results.isEmpty()) {
      throw new IllegalArgumentException("no run");
    }
  }

  public int count() {
    return results.size();
  }

  /// Each measurement as it was in the run in which its rate was the median, in the order of the
  /// first run that had it; what was idle by its processor time.
  public Bench.Result middle() {
    var last = results.getLast();
    return new Bench.Result(
        middles(Bench.Result::measured, Measured::subject, Measured::perSecond),
        middles(
            Bench.Result::steady, Steady::rate, steady -> steady.lags().target().p99().toNanos()),
        last.disk(),
        middles(result -> result.idle().stream().toList(), _ -> "", Idle::share).stream()
            .findFirst(),
        failures(),
        last.machine());
  }

  private List<String> failures() {
    var failures = new LinkedHashSet<String>();
    results.forEach(result -> failures.addAll(result.failures()));
    return List.copyOf(failures);
  }

  /// Changes per second of one measurement.
  public Spread perSecond(Subject subject) {
    return spread(
        results.stream()
            .flatMap(result -> result.measured().stream())
            .filter(measured -> measured.subject().equals(subject))
            .map(Measured::perSecond)
            .toList());
  }

  /// What Tandem did and a peer too, compared in each run and nowhere else.
  public Map<Ratio, Spread> ratios() {
    var times = new LinkedHashMap<List<Subject>, List<Double>>();
    for (var result : results) {
      for (Ratio ratio : Ratio.among(result.measured())) {
        times
            .computeIfAbsent(List.of(ratio.of(), ratio.peer()), _ -> new ArrayList<>())
            .add(ratio.times());
      }
    }
    var ratios = new LinkedHashMap<Ratio, Spread>();
    times.forEach(
        (both, all) -> {
          Spread spread = spread(all);
          ratios.put(new Ratio(both.getFirst(), both.getLast(), spread.median()), spread);
        });
    return ratios;
  }

  private static Spread spread(List<Double> figures) {
    var sorted = figures.stream().sorted().toList();
    return new Spread(sorted.getFirst(), sorted.get((sorted.size() - 1) / 2), sorted.getLast());
  }

  private <T, K> List<T> middles(
      Function<Bench.Result, List<T>> of, Function<T, K> key, ToDoubleFunction<T> figure) {
    var all = new LinkedHashMap<K, List<T>>();
    for (var result : results) {
      for (T each : of.apply(result)) {
        all.computeIfAbsent(key.apply(each), _ -> new ArrayList<>()).add(each);
      }
    }
    return all.values().stream()
        .map(
            each -> {
              each.sort(Comparator.comparingDouble(figure));
              return each.get((each.size() - 1) / 2);
            })
        .toList();
  }
}
