package io.dinofs.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** All results, for people or programs. */
record Report(
    int files,
    int sizeMib,
    long seed,
    List<Report.Directory> directories,
    List<Recorder.Measurement> firstListing,
    List<Propagation.Result> propagation) {

  /** The results of one directory. */
  record Directory(
      String path,
      String fileSystem,
      PlainSync plainSync,
      List<Recorder.Measurement> measurements) {}

  /** The median time of a 4 KiB write and fsync beside the directory. */
  record PlainSync(String path, String fileSystem, double millis) {}

  String json() {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("files", files);
    report.put("sizeMib", sizeMib);
    report.put("seed", seed);
    report.put("directories", directories.stream().map(Report::fields).toList());
    report.put("firstListing", firstListing.stream().map(Report::fields).toList());
    report.put("propagation", propagation.stream().map(Report::fields).toList());
    return Json.write(report) + "\n";
  }

  private static Map<String, Object> fields(Directory directory) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", directory.path());
    fields.put("fileSystem", directory.fileSystem());
    fields.put("plainSyncPath", directory.plainSync().path());
    fields.put("plainSyncFileSystem", directory.plainSync().fileSystem());
    fields.put("plainSyncMillis", directory.plainSync().millis());
    fields.put("measurements", directory.measurements().stream().map(Report::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(Recorder.Measurement measurement) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", measurement.name());
    fields.put("value", measurement.value());
    fields.put("unit", measurement.unit());
    return fields;
  }

  private static Map<String, Object> fields(Propagation.Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("change", result.change());
    fields.put("rounds", result.rounds());
    fields.put("p50Millis", result.p50Millis());
    fields.put("p99Millis", result.p99Millis());
    fields.put("neverSeen", result.neverSeen());
    return fields;
  }

  String table() {
    Table table = new Table();
    table.row(row("", Directory::path, ""));
    table.row(row("file system", Directory::fileSystem, ""));
    for (int i = 0; i < directories.get(0).measurements().size(); i++) {
      int index = i;
      Recorder.Measurement first = directories.get(0).measurements().get(i);
      List<String> row =
          row(first.name(), d -> number(d.measurements().get(index).value()), first.unit());
      for (int other = 1; other < directories.size(); other++) {
        row.add(ratio(first, directories.get(other).measurements().get(index)));
      }
      table.row(row);
    }
    StringBuilder out = new StringBuilder();
    out.append(String.format(Locale.ROOT, "%d files, %d MiB, seed %d%n", files, sizeMib, seed));
    for (Directory each : directories) {
      PlainSync plain = each.plainSync();
      out.append(
          String.format(
              Locale.ROOT,
              "One 4 KiB write and fsync beside %s (%s, %s): %s ms%n",
              each.path(),
              plain.path(),
              plain.fileSystem(),
              number(plain.millis())));
    }
    if (directories.size() > 1) {
      out.append("The last columns: how many times as fast as each of the other directories.\n");
    }
    out.append('\n').append(table);
    if (!firstListing.isEmpty()) {
      out.append('\n').append(firstListingTable());
    }
    if (!propagation.isEmpty()) {
      out.append('\n').append(propagationTable());
    }
    return out.toString();
  }

  private static String ratio(Recorder.Measurement one, Recorder.Measurement other) {
    boolean lessIsBetter = one.unit().equals(Recorder.SECONDS);
    return number(lessIsBetter ? other.value() / one.value() : one.value() / other.value());
  }

  private Table firstListingTable() {
    Table table = new Table();
    table.row(List.of("made in DIR, through DIR2", "", ""));
    for (Recorder.Measurement each : firstListing) {
      table.row(List.of(each.name(), number(each.value()), each.unit()));
    }
    return table;
  }

  private Table propagationTable() {
    Table table = new Table();
    table.row(List.of("seen in DIR2 after", "p50 ms", "p99 ms", "never", "of"));
    for (Propagation.Result each : propagation) {
      table.row(
          List.of(
              each.change(),
              number(each.p50Millis()),
              number(each.p99Millis()),
              Integer.toString(each.neverSeen()),
              Integer.toString(each.rounds())));
    }
    return table;
  }

  private List<String> row(String name, Function<Directory, String> cell, String unit) {
    List<String> row = new ArrayList<>();
    row.add(name);
    directories.forEach(each -> row.add(cell.apply(each)));
    row.add(unit);
    return row;
  }

  /** Three significant digits, but never less than the whole number. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
