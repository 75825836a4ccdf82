package dev.tandem.bench;

import dev.tandem.bench.Measured.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Pictures as SVG that stands in a page: text and lines have the page's colours, bars and curves
/// the classes `a` to `d` that the page gives colours to.
final class Chart {
  private static final int WIDTH = 920;
  private static final int LABEL = 330;
  private static final int ROOM = 150;
  private static final int ROW = 24;
  private static final int HEIGHT = 260;
  private static final int LEFT = 70;
  private static final int BOTTOM = 30;
  private static final int TOP = 12;

  private final StringBuilder out = new StringBuilder();

  private Chart() {}

  /// One horizontal bar, of parts that stand behind each other.
  ///
  /// @param text at its end
  record Bar(String label, List<Part> parts, String text) {
    double length() {
      return parts.stream().mapToDouble(Part::value).sum();
    }
  }

  record Part(String style, double value) {}

  static String bars(String title, List<Bar> bars) {
    double longest = bars.stream().mapToDouble(Bar::length).max().orElse(1);
    var chart = new Chart();
    chart.open(title, bars.size() * ROW + 4);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int y = i * ROW;
      chart.text(LABEL - 8, y + 16, "end", bar.label);
      double x = LABEL;
      for (Part part : bar.parts) {
        double wide = part.value / longest * (WIDTH - LABEL - ROOM);
        chart.rectangle(part.style, new Box(x, y + 3, wide, ROW - 6));
        x += wide;
      }
      chart.text(x + 6, y + 16, "start", bar.text);
    }
    return chart.close();
  }

  /// One column for each value, below each its label; only some labels fit.
  record Column(String label, double value) {}

  static String columns(String title, List<Column> columns) {
    double highest = columns.stream().mapToDouble(Column::value).max().orElse(1);
    var chart = new Chart();
    chart.open(title, HEIGHT);
    double wide = (double) (WIDTH - LEFT) / Math.max(1, columns.size());
    int each = Math.max(1, columns.size() / 12);
    for (int i = 0; i < columns.size(); i++) {
      double tall = columns.get(i).value / highest * (HEIGHT - BOTTOM - TOP);
      double x = LEFT + i * wide;
      chart.rectangle("a", new Box(x + 1, HEIGHT - BOTTOM - tall, wide - 2, tall));
      if (i % each == 0) {
        chart.text(x + wide / 2, HEIGHT - 10, "middle", columns.get(i).label);
      }
    }
    chart.axis(highest);
    return chart.close();
  }

  /// How far something had come, drawn as its rate.
  record Curve(String style, String label, List<Point> course) {}

  static String rates(String title, List<Curve> curves) {
    double longest = 0;
    double highest = 1;
    for (Curve curve : curves) {
      longest = Math.max(longest, curve.course.getLast().at().toMillis() / 1e3);
      for (Point rate : rates(curve.course)) {
        highest = Math.max(highest, (double) rate.changes());
      }
    }
    var chart = new Chart();
    chart.open(title, HEIGHT);
    for (Curve curve : curves) {
      var line = new StringBuilder();
      for (Point rate : rates(curve.course)) {
        double x = LEFT + rate.at().toMillis() / 1e3 / longest * (WIDTH - LEFT - 10);
        double y = HEIGHT - BOTTOM - rate.changes() / highest * (HEIGHT - BOTTOM - TOP);
        line.append(number(x)).append(',').append(number(y)).append(' ');
      }
      chart
          .out
          .append("<polyline class=\"line ")
          .append(curve.style)
          .append("\" points=\"")
          .append(line.toString().strip())
          .append("\"><title>")
          .append(escape(curve.label))
          .append("</title></polyline>");
    }
    chart.axis(highest);
    for (int i = 0; i <= 4; i++) {
      double x = LEFT + i / 4.0 * (WIDTH - LEFT - 30);
      chart.text(x, HEIGHT - 10, "middle", String.format(Locale.ROOT, "%.1f s", longest * i / 4));
    }
    return chart.close();
  }

  /// Changes per second between each two points, at the later one.
  static List<Point> rates(List<Point> course) {
    var rates = new ArrayList<Point>();
    for (int i = 1; i < course.size(); i++) {
      Point from = course.get(i - 1);
      Point to = course.get(i);
      double seconds = to.at().minus(from.at()).toNanos() / 1e9;
      if (seconds > 0) {
        rates.add(new Point(to.at(), Math.round((to.changes() - from.changes()) / seconds)));
      }
    }
    return rates;
  }

  private record Box(double x, double y, double wide, double tall) {}

  private void open(String title, int height) {
    out.append("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"".formatted(WIDTH, height))
        .append(escape(title))
        .append("\">");
  }

  private void rectangle(String style, Box box) {
    out.append("<rect class=\"")
        .append(style)
        .append("\" x=\"")
        .append(number(box.x))
        .append("\" y=\"")
        .append(number(box.y))
        .append("\" width=\"")
        .append(number(Math.max(0, box.wide)))
        .append("\" height=\"")
        .append(number(box.tall))
        .append("\"/>");
  }

  private void text(double x, double y, String anchor, String text) {
    out.append("<text x=\"")
        .append(number(x))
        .append("\" y=\"")
        .append(number(y))
        .append("\" text-anchor=\"")
        .append(anchor)
        .append("\">")
        .append(escape(text))
        .append("</text>");
  }

  /// Lines at none, half and all of the highest value.
  private void axis(double highest) {
    for (int i = 0; i <= 2; i++) {
      double y = HEIGHT - BOTTOM - i / 2.0 * (HEIGHT - BOTTOM - TOP);
      out.append("<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"".formatted(LEFT, WIDTH))
          .append(number(y))
          .append("\" y2=\"")
          .append(number(y))
          .append("\"/>");
      text(LEFT - 8, y + 4, "end", String.format(Locale.ROOT, "%,.0f", highest * i / 2));
    }
  }

  private String close() {
    return out.append("</svg>\n").toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
