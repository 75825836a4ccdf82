package dev.tandem.bench;

import java.util.List;

/// A table of a page, whose last columns are numbers.
final class PageTable {
  private final StringBuilder out = new StringBuilder("<table><thead>");
  private final int texts;

  /// @param texts how many columns, from the first one on, are text
  PageTable(int texts, List<String> columns) {
    this.texts = texts;
    add("th", columns);
    out.append("</thead><tbody>\n");
  }

  void row(String... cells) {
    add("td", List.of(cells));
  }

  private void add(String element, List<String> cells) {
    out.append("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      out.append('<').append(element).append(i < texts ? ">" : " class=\"n\">");
      out.append(Chart.escape(cells.get(i)));
      out.append("</").append(element).append('>');
    }
    out.append("</tr>\n");
  }

  String html() {
    return out + "</tbody></table>\n";
  }
}
