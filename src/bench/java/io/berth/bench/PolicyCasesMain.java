package io.berth.bench;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.policy.CasesProblem;
import io.berth.policy.InvalidPackException;
import io.berth.policy.PackProblem;
import io.berth.policy.PolicyCases;
import io.berth.policy.RulePack;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Judges a file of worked cases: {@code ./mvnw -q -Pbench compile exec:java@policy-cases
 * -Dcases=FILE}, with {@code -Dpack=FILE} for another pack than the shipped baseline. Prints a line
 * a case, then what could not be read, then a summary; exits 1 where anything differs or cannot be
 * read.
 */
public final class PolicyCasesMain {

  private PolicyCasesMain() {}

  /** Takes no arguments: Maven has the properties. */
  public static void main(String[] arguments) {
    int exit = run(System.getProperty("cases"), System.getProperty("pack"), System.out);
    System.out.flush();
    System.exit(exit);
  }

  private static int run(@Nullable String casesFile, @Nullable String packFile, PrintStream out) {
    if (casesFile == null) {
      out.println("which cases? -Dcases=FILE");
      return 1;
    }
    try {
      RulePack pack =
          packFile == null ? RulePack.exportBaseline() : RulePack.compile(text(packFile));
      PolicyCases cases = PolicyCases.read(text(casesFile), new AcceleratorCatalog().all());
      PolicyCases.Report report = cases.judge(pack::judge);
      report.outcomes().forEach(outcome -> out.println(outcome.line()));
      for (CasesProblem problem : report.problems()) {
        out.println(casesFile + ", " + problem);
      }
      out.println(report.summary());
      return report.passed() ? 0 : 1;
    } catch (InvalidPackException e) {
      for (PackProblem problem : e.problems()) {
        out.printf(
            "%s, line %d, column %d: %s%n",
            packFile, problem.line(), problem.column(), problem.message());
      }
      return 1;
    } catch (UncheckedIOException e) {
      out.println(e.getMessage());
      return 1;
    }
  }

  private static String text(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }
}
