package dev.fairlead.app.simulate.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Results for a terminal: a table for each scenario, then expected beside measured. */
public final class TableReport {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");

  private TableReport() {}

  public static void print(List<Comparison> comparisons, PrintWriter out) {
    List<Sheet> sheets = Sheet.of(comparisons);
    for (int i = 0; i < sheets.size(); i++) {
      Sheet sheet = sheets.get(i);
      if (i > 0) {
        out.println();
      }
      out.println(sheet.scenario().name() + ": " + sheet.conditions());
      List<List<String>> rows = new ArrayList<>();
      rows.add(printable(sheet.titles()));
      sheet.rows().forEach(row -> rows.add(printable(row.cells())));
      aligned(rows, sheet.names(), out);
      sheet.points().forEach(point -> verdicts(point, out));
    }
    out.flush();
  }

  /** Names to the left, numbers to the right. */
  private static void aligned(List<List<String>> rows, int names, PrintWriter out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String gap = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? "" : "  ").append(i < names ? row.get(i) + gap : gap + row.get(i));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static void verdicts(Comparison point, PrintWriter out) {
    String at = point.run().point().map(each -> "at " + each.value() + ": ").orElse("");
    for (Verdict verdict : point.verdicts()) {
      out.println(
          (verdict.met() ? "as expected: " : "MISSED: ") + printable(at + verdict.sentence()));
    }
  }

  private static List<String> printable(List<String> cells) {
    return cells.stream().map(TableReport::printable).toList();
  }

  /** On one line, and without what a terminal would obey: a document may hold escapes. */
  private static String printable(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }
}
