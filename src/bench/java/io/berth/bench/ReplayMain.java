package io.berth.bench;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.berth.matching.NodeDemand;
import io.berth.matching.NodeRoom;
import io.berth.matching.Packing;
import io.berth.matching.Packing.Node;
import io.berth.matching.Packing.Placement;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replays a stream of arrivals on the planner's own packing: {@code ./mvnw -q -Pbench compile
 * exec:java@replay -Dnodes=FILE -Dstream=FILE -Dplacements=FILE}. Reads nodes and stream, writes
 * where everything went, prints how much of the devices was allocated. Nothing ever leaves.
 */
public final class ReplayMain {

  private ReplayMain() {}

  /** Takes no arguments: Maven has the properties. */
  public static void main(String[] arguments) {
    int exit;
    try {
      replay(file("nodes"), file("stream"), file("placements"), System.out);
      exit = 0;
    } catch (Unusable e) {
      System.out.println(e.getMessage());
      exit = 1;
    }
    System.out.flush();
    System.exit(exit);
  }

  private record NamedNode(String name, Node node) {}

  private record Arrival(String name, NodeDemand demand) {}

  private static void replay(Path nodesFile, Path streamFile, Path placementsFile, PrintStream out)
      throws Unusable {
    List<NamedNode> nodes = new ArrayList<>();
    for (Row row : rows(nodesFile, "sn", "cpu_milli", "memory_mib", "gpu", "model")) {
      nodes.add(
          new NamedNode(
              row.text("sn"),
              new Node(
                  row.text("model"),
                  row.number("cpu_milli"),
                  row.number("memory_mib"),
                  Collections.nCopies(row.number("gpu"), NodeRoom.WHOLE))));
    }
    List<Arrival> stream = new ArrayList<>();
    for (Row row :
        rows(streamFile, "name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "gpu_spec")) {
      stream.add(new Arrival(row.text("name"), row.demand()));
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long busyBefore = threads.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    Packing packing = new Packing(nodes.stream().map(NamedNode::node).toList());
    long devices = packing.totalFree();
    long asked = 0;
    double freeAtFullDemand = Double.NaN;
    List<Optional<Placement>> placements = new ArrayList<>(stream.size());
    for (Arrival arrival : stream) {
      NodeDemand demand = arrival.demand();
      packing.arrived(demand);
      Optional<Placement> placement = packing.choose(demand);
      placement.ifPresent(place -> packing.take(demand, place));
      placements.add(placement);
      asked += demand.total();
      if (asked >= devices && Double.isNaN(freeAtFullDemand)) {
        freeAtFullDemand = packing.totalFree();
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Duration busy = Duration.ofNanos(threads.getCurrentThreadCpuTime() - busyBefore);
    write(placementsFile, nodes, stream, placements);
    Machine.print(out);
    out.printf(
        Locale.ROOT,
        "%,d nodes, %,d devices; %,d arrivals asking for %.1f %% of them, %,d placed, in %.2f s"
            + " (%.2f s of them on a processor)%n",
        nodes.size(),
        devices / NodeRoom.WHOLE,
        stream.size(),
        100.0 * asked / devices,
        placements.stream().filter(Optional::isPresent).count(),
        took.toMillis() / 1e3,
        busy.toMillis() / 1e3);
    out.printf(
        Locale.ROOT,
        "allocated at 100 %% demand: %.2f %%%nallocated at the end: %.2f %%%n",
        100 - 100 * freeAtFullDemand / devices,
        100 - 100.0 * packing.totalFree() / devices);
  }

  private static void write(
      Path file, List<NamedNode> nodes, List<Arrival> stream, List<Optional<Placement>> placements)
      throws Unusable {
    List<String> lines = new ArrayList<>();
    lines.add("name,node,gpus");
    for (int i = 0; i < stream.size(); i++) {
      String arrival = stream.get(i).name();
      placements
          .get(i)
          .ifPresent(placement ->
              lines.add(
                  arrival
                      + ","
                      + nodes.get(placement.node()).name()
                      + ","
                      + placement.devices().stream()
                          .map(String::valueOf)
                          .collect(Collectors.joining("+"))));
    }
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new Unusable("cannot write " + file + ": " + e);
    }
  }

  private static Path file(String property) throws Unusable {
    String file = System.getProperty(property);
    if (file == null || file.isBlank()) {
      throw new Unusable("which " + property + "? -D" + property + "=FILE");
    }
    return Path.of(file);
  }

  private static List<Row> rows(Path file, String... columns) throws Unusable {
    List<Row> rows = new ArrayList<>();
    try (MappingIterator<Map<String, String>> read =
        new CsvMapper()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(file.toFile())) {
      while (read.hasNextValue()) {
        Row row = new Row(file + ", row " + (rows.size() + 1), read.nextValue());
        for (String column : columns) {
          row.text(column);
        }
        rows.add(row);
      }
    } catch (NoSuchFileException | java.io.FileNotFoundException e) {
      throw new Unusable("there is no file " + file);
    } catch (IOException e) {
      throw new Unusable("cannot read " + file + ": " + e.getMessage());
    }
    if (rows.isEmpty()) {
      throw new Unusable(file + " has no rows");
    }
    return rows;
  }

  /** A row of a file, and where it is. */
  private record Row(String where, Map<String, String> values) {

    String text(String column) throws Unusable {
      @Nullable String value = values.get(column);
      if (value == null) {
        throw new Unusable(where + ": no column " + column);
      }
      return value;
    }

    int number(String column) throws Unusable {
      String value = text(column);
      try {
        int number = value.isEmpty() ? 0 : Integer.parseInt(value);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below, with where it is.
      }
      throw new Unusable(where + ": " + column + " is no number from 0 on: " + value);
    }

    NodeDemand demand() throws Unusable {
      int devices = number("num_gpu");
      try {
        return new NodeDemand(
            number("cpu_milli"),
            number("memory_mib"),
            devices,
            devices == 0 ? 0 : number("gpu_milli"),
            Arrays.stream(text("gpu_spec").split("\\|"))
                .filter(model -> !model.isEmpty())
                .collect(Collectors.toCollection(() -> new java.util.TreeSet<>())));
      } catch (IllegalArgumentException e) {
        throw new Unusable(where + ": " + e.getMessage());
      }
    }
  }

  /** Why there is no replay. */
  private static final class Unusable extends Exception {

    Unusable(String message) {
      super(message);
    }
  }
}
