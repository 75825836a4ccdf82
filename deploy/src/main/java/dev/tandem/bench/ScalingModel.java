package dev.tandem.bench;

import java.util.List;

/// How a step of the pipeline grows with its threads, and what a rate of changes would need.
///
/// A share `s` of the work of a process is done by one thread at a time, whatever their number, and
/// the rest is divided among them (Amdahl): one change takes `n` threads `t * (s + (1 - s) / n)`,
/// where it takes one of them `t`. `s` is the least squares fit over the numbers of threads that
/// have a core each; what the others lack is the machine's, not the program's. Where the broker
/// needs the same cores, what it takes from the threads looks like a serial share too, so that `s`
/// is an upper bound.
///
/// @param perThread changes per second of one thread
/// @param serialShare from 0 to 1
/// @param programMicros processor time of the program for one change, microseconds
/// @param stackMicros the same of Kafka
public record ScalingModel(
    String step, double perThread, double serialShare, double programMicros, double stackMicros) {
  /// One measurement, with some threads.
  public record Point(int threads, double perSecond, double programMicros, double stackMicros) {}

  /// What a rate is planned with.
  ///
  /// @param busy share of what it could do that a core or a thread is given to do
  /// @param threads of one process
  /// @param replicas of each record in Kafka, each of which is taken to cost as much as the first
  /// @param brokerCores cores of one broker
  public record Assumptions(double busy, int threads, int replicas, int brokerCores) {
    public static final Assumptions PLAIN = new Assumptions(0.6, 4, 3, 16);
  }

  /// What a rate would need.
  ///
  /// @param partitions each is worked by one thread, so that there are as many of these
  /// @param cores of the processes
  public record Needs(long partitions, long processes, long cores, long brokers) {}

  /// @param points one with a single thread among them
  /// @param cores of the machine that they were measured on
  public static ScalingModel fit(String step, List<Point> points, int cores) {
    Point single =
        points.stream()
            .filter(it -> it.threads == 1)
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException(step + ": nothing measured with one thread"));
    double above = 0;
    double below = 0;
    for (Point point : points) {
      if (point.threads > 1 && point.threads <= cores) {
        double ideal = 1.0 / point.threads;
        double share = single.perSecond / point.perSecond;
        above += (share - ideal) * (1 - ideal);
        below += (1 - ideal) * (1 - ideal);
      }
    }
    double serial = below == 0 ? 0 : Math.clamp(above / below, 0.0, 1.0);
    return new ScalingModel(
        step, single.perSecond, serial, single.programMicros, single.stackMicros);
  }

  /// Changes per second of one process.
  public double perProcess(int threads) {
    return perThread / (serialShare + (1 - serialShare) / threads);
  }

  /// @param rate changes per second
  public Needs at(double rate, Assumptions assumed) {
    long processes = up(rate / (perProcess(assumed.threads) * assumed.busy));
    long cores = up(rate * programMicros / 1e6 / assumed.busy);
    double broker = rate * stackMicros / 1e6 * assumed.replicas / assumed.busy;
    return new Needs(
        processes * assumed.threads, processes, cores, up(broker / assumed.brokerCores));
  }

  private static long up(double number) {
    return (long) Math.ceil(number);
  }
}
